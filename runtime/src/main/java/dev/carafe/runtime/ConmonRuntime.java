package dev.carafe.runtime;

import dev.carafe.linux.DiskSpace;
import dev.carafe.linux.Signals;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Containers of a runtime with runc's command line, each under a conmon of its own. Safe for all threads. Nothing
/// is kept here: what has to be found again after a restart is in the monitors' folder and in `/proc`.
public final class ConmonRuntime implements OciRuntime {
    private static final System.Logger LOG = System.getLogger(ConmonRuntime.class.getName());

    /// Hooks of the container run meanwhile.
    private static final Duration STARTED_WITHIN = Duration.ofMinutes(2);

    /// After a SIGKILL of ours.
    private static final Duration KILLED_WITHIN = Duration.ofSeconds(2);

    private final RuntimeDirectories directories;
    private final HostCgroups cgroups;
    private final RuntimeProgram program;
    private final CreateContainer create;
    private final DeleteContainer delete;
    private final ReopenLog reopenLog = new ReopenLog();
    private volatile @Nullable RuntimeFeatures features;

    public ConmonRuntime(RuntimeHandler handler, RuntimeDirectories directories) {
        this.directories = directories;
        cgroups = new HostCgroups(handler.cgroupManager());
        program = new RuntimeProgram(handler);
        create = new CreateContainer(handler, cgroups::all);
        delete = new DeleteContainer(handler, program, cgroups::all);
    }

    /// Its monitor has done all meanwhile.
    @Override
    public void takeUp(String id) {
        ContainerFiles.requireName(id);
    }

    @Override
    public Creation begin(ContainerProcess container) throws IOException {
        var files = files(container.id());
        cgroups.all().announceMove();
        try {
            files.begin();
            return new Begun(files, begun(files, container));
        } catch (IOException e) {
            throw DiskSpace.explained(e, files.folder());
        }
    }

    private CreateContainer.Begun begun(ContainerFiles files, ContainerProcess container) throws IOException {
        try {
            return create.begin(files, container);
        } catch (Throwable e) {
            takeBack(files, e);
            throw e;
        }
    }

    private final class Begun implements Creation {
        private final ContainerFiles files;
        private final CreateContainer.Begun begun;

        Begun(ContainerFiles files, CreateContainer.Begun begun) {
            this.files = files;
            this.begun = begun;
        }

        @Override
        public Started finish() throws IOException, InterruptedException {
            try {
                return begun.finish();
            } catch (Throwable e) {
                takeBack(files, e);
                throw e;
            }
        }

        @Override
        public void giveUp() throws IOException, InterruptedException {
            begun.giveUp();
        }
    }

    private void takeBack(ContainerFiles files, Throwable why) {
        Uninterrupted.undo(why, () -> delete.delete(files));
    }

    /// Two callers at once may ask twice.
    @Override
    public RuntimeFeatures features() throws InterruptedException {
        var known = features;
        if (known == null) {
            known = askForFeatures();
            features = known;
        }
        return known;
    }

    private RuntimeFeatures askForFeatures() throws InterruptedException {
        try {
            var output = program.run(ANSWERS_WITHIN, "features");
            if (!output.status().isSuccess()) {
                throw program.failure(output, "features");
            }
            return RuntimeFeatures.parse(new String(output.stdout(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "a runtime does not say what it can do: no user namespaces and no recursive read-only mounts "
                            + "with it: {0}",
                    e.getMessage());
            return RuntimeFeatures.NONE;
        }
    }

    @Override
    public void start(String id) throws IOException, InterruptedException {
        ContainerFiles.requireName(id);
        program.require(STARTED_WITHIN, "start", id);
    }

    @Override
    public boolean isKnownToBeStarted(String id) throws IOException {
        return KnownProcess.read(files(id).init())
                .filter(KnownProcess::hasGoneOn)
                .isPresent();
    }

    @Override
    public void kill(String id, int signal) throws IOException, InterruptedException {
        ContainerFiles.requireName(id);
        try {
            killByProgram(id, signal);
        } catch (IOException e) {
            if (signal != Signals.KILL || !isKilledByUs(id)) {
                throw e;
            }
            LOG.log(
                    System.Logger.Level.WARNING,
                    "killed container {0} without its runtime, which did not: {1}",
                    id,
                    e.getMessage());
        }
    }

    private void killByProgram(String id, int signal) throws IOException, InterruptedException {
        var number = Integer.toString(signal);
        var output = program.run(ANSWERS_WITHIN, "kill", id, number);
        // What a runtime says when there is nothing to kill differs; what it says of the container's state does
        // not.
        if (!output.status().isSuccess() && state(id).filter(State::isAlive).isPresent()) {
            throw program.failure(output, "kill", id, number);
        }
    }

    /// A pod can be ended though its runtime hangs or is gone: the first process is killed, as the runtime would
    /// do it.
    private boolean isKilledByUs(String id) throws IOException, InterruptedException {
        var init = KnownProcess.read(files(id).init());
        return init.isPresent() && init.get().kill(KILLED_WITHIN);
    }

    @Override
    public void update(String id, RuntimeSpec.Resources limits) throws IOException, InterruptedException {
        ContainerFiles.requireName(id);
        var document = limits.toJson().getBytes(StandardCharsets.UTF_8);
        program.require(document, ANSWERS_WITHIN, "update", "--resources=-", id);
    }

    @Override
    public void pause(String id) throws IOException, InterruptedException {
        ContainerFiles.requireName(id);
        program.require(ANSWERS_WITHIN, "pause", id);
    }

    @Override
    public void resume(String id) throws IOException, InterruptedException {
        ContainerFiles.requireName(id);
        program.require(ANSWERS_WITHIN, "resume", id);
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
        if (!ShimFile.isThere(files)) {
            delete.delete(files);
        }
    }

    @Override
    public Optional<State> state(String id, Duration within) throws IOException, InterruptedException {
        ContainerFiles.requireName(id);
        var output = program.run(within, "state", id);
        if (output.status().isSuccess()) {
            return Optional.of(State.parse(id, new String(output.stdout(), StandardCharsets.UTF_8)));
        }
        if (RuntimeWords.sayUnknown(RuntimeWords.of(output.stderr()))) {
            return Optional.empty();
        }
        throw program.failure(output, "state", id);
    }

    @Override
    public Optional<ContainerExit> exitOf(String id) throws IOException {
        return ExitFile.read(files(id));
    }

    @Override
    public ExecResult execSync(String id, ExecProcess command) throws IOException, InterruptedException {
        ContainerFiles.requireName(id);
        cgroups.all().announceMove();
        return new ExecSync(program).run(id, command);
    }

    @Override
    public int exec(String id, RuntimeSpec.Process command, StreamPeer peer) throws IOException, InterruptedException {
        ContainerFiles.requireName(id);
        cgroups.all().announceMove();
        return new ExecStreams(program).run(id, command, peer);
    }

    @Override
    public void attach(String id, StreamPeer peer) throws IOException, InterruptedException {
        AttachStreams.run(files(id), peer);
    }

    @Override
    public void reopenLog(String id) throws IOException, InterruptedException {
        reopenLog.reopen(files(id));
    }

    private ContainerFiles files(String id) {
        return new ContainerFiles(directories, id);
    }
}
