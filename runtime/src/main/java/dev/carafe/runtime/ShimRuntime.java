package dev.carafe.runtime;

import dev.carafe.linux.Signals;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/// Containers under shims of containerd's second kind, such as Kata's: a shim has the containers of a pod, or
/// one, and is asked over its socket. What a monitor does for others the daemon does for them, anew after each of
/// its starts by [#takeUp(String)]. Safe for all threads. Closing it lets go of the containers, which go on.
public final class ShimRuntime implements OciRuntime {
    private static final System.Logger LOG = System.getLogger(ShimRuntime.class.getName());

    /// A virtual machine starts what the container needs meanwhile, and hooks run.
    private static final Duration STARTED_WITHIN = Duration.ofMinutes(2);

    /// After a SIGKILL of ours.
    private static final Duration KILLED_WITHIN = Duration.ofSeconds(2);

    private final RuntimeHandler handler;
    private final RuntimeDirectories directories;
    private final HostCgroups cgroups;
    private final ShimContainer.Parts parts;
    private final CreateShimContainer create;
    private final DeleteShimContainer delete;
    private final Map<String, ShimContainer> containers = new ConcurrentHashMap<>();

    /// @param handler that has a shim
    public ShimRuntime(RuntimeHandler handler, RuntimeDirectories directories, Clock clock) {
        this.handler = handler;
        this.directories = directories;
        cgroups = new HostCgroups(handler.cgroupManager());
        parts = new ShimContainer.Parts(cgroups, handler.syncsLog(), clock);
        var program = new ShimProgram(handler);
        create = new CreateShimContainer(handler, program, parts);
        delete = new DeleteShimContainer(handler, program, cgroups);
    }

    @Override
    public void takeUp(String id) throws IOException {
        var files = files(id);
        var known = own(files);
        if (known.isEmpty() || Files.exists(files.exit()) || containers.containsKey(id)) {
            return;
        }
        var shim = Monitor.open(files);
        if (shim.isEmpty()) {
            return;
        }
        shim.get().close();
        var container = ShimContainer.open(files, known.get(), parts);
        containers.put(id, container);
        container.watch();
    }

    /// Empty when it is not of this handler.
    private Optional<ShimFile> own(ContainerFiles files) throws IOException {
        return ShimFile.read(files).filter(known -> known.handler().equals(handler.name()));
    }

    private Optional<ShimFile> ownEvenIfDamaged(ContainerFiles files) {
        try {
            return own(files);
        } catch (IOException damaged) {
            LOG.log(System.Logger.Level.WARNING, "removing a container without asking its shim", damaged);
            return Optional.of(ShimFile.lost(handler));
        }
    }

    @Override
    public Creation begin(ContainerProcess container) {
        return new Creation() {
            @Override
            public Started finish() throws IOException, InterruptedException {
                return make(container);
            }

            @Override
            public void giveUp() {
                // A shim reads the bundle when it starts, so none waits for it.
            }
        };
    }

    private Started make(ContainerProcess container) throws IOException, InterruptedException {
        var files = files(container.id());
        cgroups.all().announceMove();
        files.begin();
        try {
            var made = create.create(files, container);
            containers.put(container.id(), made.container());
            return made.started();
        } catch (Throwable e) {
            Uninterrupted.undo(e, () -> takeBack(files));
            throw e;
        }
    }

    private void takeBack(ContainerFiles files) throws IOException, InterruptedException {
        var known = own(files);
        if (known.isPresent()) {
            delete.delete(files, known.get(), Optional.empty());
        } else {
            files.remove();
        }
    }

    /// Shims have no word for it.
    @Override
    public RuntimeFeatures features() {
        return RuntimeFeatures.NONE;
    }

    @Override
    public void start(String id) throws IOException, InterruptedException {
        live(id).task().start("", STARTED_WITHIN);
    }

    private ShimContainer live(String id) throws IOException {
        ContainerFiles.requireName(id);
        var container = containers.get(id);
        if (container == null) {
            throw new IOException("container " + id + " has no shim that answers");
        }
        return container;
    }

    @Override
    public boolean isKnownToBeStarted(String id) throws IOException {
        return KnownProcess.read(files(id).init())
                .filter(KnownProcess::hasGoneOn)
                .isPresent();
    }

    @Override
    public void kill(String id, int signal) throws IOException, InterruptedException {
        if (Files.exists(files(id).exit()) || own(files(id)).isEmpty()) {
            return;
        }
        try {
            killByShim(id, signal);
        } catch (IOException e) {
            if (signal != Signals.KILL || !isKilledByUs(id)) {
                throw e;
            }
            LOG.log(
                    System.Logger.Level.WARNING,
                    "killed container {0} without its shim, which did not: {1}",
                    id,
                    e.getMessage());
        }
    }

    private void killByShim(String id, int signal) throws IOException, InterruptedException {
        var task = live(id).task();
        try {
            task.kill("", signal, false, ANSWERS_WITHIN);
        } catch (ShimTask.Refused e) {
            // What a shim says when there is nothing to kill differs; what it says of the container's state does not.
            if (task.state(ANSWERS_WITHIN).filter(State::isAlive).isPresent()) {
                throw e;
            }
        }
    }

    /// A pod can be ended though its shim hangs or is gone.
    private boolean isKilledByUs(String id) throws IOException, InterruptedException {
        var init = KnownProcess.read(files(id).init());
        return init.isPresent() && init.get().kill(KILLED_WITHIN);
    }

    @Override
    public void update(String id, RuntimeSpec.Resources limits) throws IOException, InterruptedException {
        live(id).task().update(limits);
    }

    @Override
    public void pause(String id) throws IOException, InterruptedException {
        live(id).task().pause();
    }

    @Override
    public void resume(String id) throws IOException, InterruptedException {
        live(id).task().resume();
    }

    @Override
    public OptionalLong workingSetBytes(String id) throws IOException {
        return cgroups.workingSetBytes(files(id));
    }

    @Override
    public void endRemaining(String id) throws IOException, InterruptedException {
        cgroups.endRemaining(files(id));
    }

    @Override
    public void delete(String id) throws IOException, InterruptedException {
        var files = files(id);
        var known = ownEvenIfDamaged(files);
        if (known.isPresent()) {
            delete.delete(files, known.get(), Optional.ofNullable(containers.get(id)));
            containers.remove(id);
        }
    }

    @Override
    public Optional<State> state(String id, Duration within) throws IOException, InterruptedException {
        return own(files(id)).isEmpty() ? Optional.empty() : live(id).task().state(within);
    }

    @Override
    public Optional<ContainerExit> exitOf(String id) throws IOException {
        return ExitFile.read(files(id));
    }

    @Override
    public ExecResult execSync(String id, ExecProcess command) throws IOException, InterruptedException {
        cgroups.all().announceMove();
        return new ShimExec(files(id), live(id).task()).collect(command);
    }

    @Override
    public int exec(String id, RuntimeSpec.Process command, StreamPeer peer) throws IOException, InterruptedException {
        cgroups.all().announceMove();
        return new ShimExec(files(id), live(id).task()).carry(command, peer);
    }

    @Override
    public void attach(String id, StreamPeer peer) throws IOException, InterruptedException {
        live(id).attach(peer);
    }

    @Override
    public void reopenLog(String id) throws IOException {
        live(id).reopenLog();
    }

    private ContainerFiles files(String id) {
        return new ContainerFiles(directories, id);
    }

    @Override
    public void close() {
        containers.values().forEach(ShimContainer::close);
        containers.clear();
    }
}
