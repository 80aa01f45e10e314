package dev.carafe.engine.container;

import com.google.protobuf.ByteString;
import dev.carafe.cri.v1.Container;
import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.ContainerFilter;
import dev.carafe.cri.v1.ContainerStatusResponse;
import dev.carafe.cri.v1.ExecSyncResponse;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.engine.InFlight;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.Lanes;
import dev.carafe.engine.NotFound;
import dev.carafe.engine.Phase;
import dev.carafe.engine.TimedOut;
import dev.carafe.engine.WrongState;
import dev.carafe.engine.nri.Nri;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerKey;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.ContainerState;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.Shown;
import dev.carafe.engine.state.Store;
import dev.carafe.engine.state.Stores;
import dev.carafe.runtime.ExecProcess;
import dev.carafe.runtime.StreamPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The node's containers. Ids may be shortened to an unambiguous beginning. Safe for all threads; what has
/// returned survives a crash.
public final class Containers {
    /// As the peers bound it (crio.md, ExecSync); what comes beyond is read and dropped.
    private static final int EXEC_OUTPUT_BYTES = 16 * 1024 * 1024;

    private final Stores stores;
    private final Shown<ContainerRecord, Container> shown;
    private final Runtimes runtimes;
    private final ContainerSpecs specs;
    private final Verbs verbs;
    private final Lanes lanes;
    private final InFlight<ContainerKey, ContainerId> creates;

    public Containers(Stores stores, Runtimes runtimes, ContainerSpecs specs, Verbs verbs, Lanes lanes) {
        this.stores = stores;
        this.runtimes = runtimes;
        this.specs = specs;
        this.verbs = verbs;
        this.lanes = lanes;
        this.creates = new InFlight<>(lanes.creates());
        this.shown = Shown.of(stores.containers(), c -> c.id().value(), ContainerViews::item);
    }

    /// What changes them, a class each.
    public record Verbs(
            CreateContainer create,
            StartContainer start,
            UpdateContainer update,
            StopContainer stop,
            RemoveContainer remove,
            Nri nri) {}

    /// Gives the container's id. The same container asked for again joins, or finds what was created.
    public String create(String podId, ContainerConfig config) throws IOException, InterruptedException {
        var pod = stores.pods().require(podId).id();
        if (config.getImage().getImage().isEmpty()) {
            throw new Invalid("ContainerConfig.image is empty");
        }
        return creates.join(ContainerKey.of(pod, config), () -> verbs.create.create(pod, config))
                .value();
    }

    /// From now on, of all that end.
    public void observe(EndObserver observer) {
        stores.containers().observe(new Store.Observer<>() {
            @Override
            public void changed(ContainerRecord before, ContainerRecord after) {
                if (!before.hasExited()
                        && after.state() instanceof ContainerState.Exited(var _, var _, var _, var reason)) {
                    stores.pods()
                            .get(after.pod().value())
                            .ifPresent(pod -> observer.ended(Inspected.name(pod, after.config()), reason));
                }
            }

            @Override
            public void forgotten(ContainerRecord last) {}
        });
    }

    /// What tools on the node ask of a container, or of a pod by its id.
    ///
    /// @param id whole
    public Optional<Inspected> inspect(String id) throws IOException {
        var pod = stores.pods().get(id).filter(PodRecord::isVisible);
        if (pod.isPresent()) {
            return Optional.of(
                    Inspected.of(pod.get(), stores.containersOf(pod.get().id())));
        }
        var container = stores.containers().get(id).filter(ContainerRecord::isVisible);
        var owner = container.flatMap(c -> stores.pods().get(c.pod().value()));
        return container.isEmpty() || owner.isEmpty()
                ? Optional.empty()
                : Optional.of(Inspected.of(
                        owner.get(),
                        container.get(),
                        specs.of(container.get().id()).root().path()));
    }

    /// Stops its processes where they are, until [#resume(String)]; the CRI knows nothing of it.
    public void pause(String id) throws IOException, InterruptedException {
        var container = requireRunning(id, "pause");
        runtimes.get(container.making().handler()).pause(container.id().value());
    }

    public void resume(String id) throws IOException, InterruptedException {
        var container = requireRunning(id, "resume");
        runtimes.get(container.making().handler()).resume(container.id().value());
    }

    public void start(String id) throws IOException, InterruptedException {
        change(require(id), container -> {
            verbs.start.requireCreated(container);
            try {
                verbs.nri.starts(container);
                verbs.start.start(container);
            } catch (IOException | RuntimeException e) {
                verbs.nri.stopped(container);
                throw e;
            }
            verbs.nri.started(container);
        });
    }

    /// Changes its limits in place; 0 and the empty text leave one as it is.
    public void update(String id, LinuxContainerResources asked) throws IOException, InterruptedException {
        change(require(id), container -> {
            verbs.update.requireProcess(container);
            verbs.update.update(container, verbs.nri.updates(container, asked));
            verbs.nri.updated(container);
        });
    }

    /// @param timeout between the stop signal and SIGKILL; zero: SIGKILL at once
    public void stop(String id, Duration timeout) throws IOException, InterruptedException {
        var container = find(id);
        if (container.isPresent()) {
            verbs.stop.stop(container.get().id(), timeout);
        }
    }

    public void remove(String id) throws IOException, InterruptedException {
        var container = find(id);
        if (container.isPresent()) {
            change(container.get(), verbs.remove::remove);
        }
    }

    private void change(ContainerRecord container, Change change) throws IOException, InterruptedException {
        lanes.changes().runIo(container.id(), () -> {
            change.run(container.id());
            return container;
        });
    }

    @FunctionalInterface
    private interface Change {
        void run(ContainerId id) throws IOException, InterruptedException;
    }

    public ContainerStatusResponse status(String id, boolean verbose) throws IOException {
        var container = require(id);
        var response = ContainerStatusResponse.newBuilder().setStatus(ContainerViews.status(container));
        if (verbose) {
            response.putInfo("info", info(container));
        }
        return response.build();
    }

    /// Newest first.
    public List<Container> list(ContainerFilter filter) {
        return stores.containers().all().stream()
                .filter(ContainerRecord::isVisible)
                .filter(c -> c.isMeant(filter.getId(), filter.getPodSandboxId(), filter.getLabelSelectorMap()))
                .filter(c -> !filter.hasState() || filter.getState().getState() == ContainerViews.state(c))
                .sorted(Comparator.comparing(ContainerRecord::createdAt).reversed())
                .map(shown::of)
                .toList();
    }

    /// @param timeout after which the command is ended; zero: it may take for ever
    public ExecSyncResponse execSync(String id, List<String> command, Duration timeout)
            throws IOException, InterruptedException {
        if (command.isEmpty()) {
            throw new Invalid("ExecSyncRequest.cmd is empty");
        }
        var container = requireRunning(id, "run a command in");
        var runtime = runtimes.get(container.making().handler());
        var result = lanes.execs()
                .runIo(
                        container.id(),
                        () -> Phase.of(
                                "runtime exec",
                                () -> runtime.execSync(
                                        container.id().value(),
                                        new ExecProcess(
                                                specs.exec(container.id(), command, false),
                                                timeout,
                                                EXEC_OUTPUT_BYTES))));
        if (result.timedOut()) {
            throw new TimedOut("the command did not end within " + timeout.toSeconds() + " s and was killed: "
                    + command.getFirst());
        }
        return ExecSyncResponse.newBuilder()
                .setStdout(ByteString.copyFrom(result.stdout()))
                .setStderr(ByteString.copyFrom(result.stderr()))
                .setExitCode(result.exitCode())
                .build();
    }

    /// The whole id of the container, when a command could be run in it now; [#exec] will ask again.
    ///
    /// @throws Invalid when there is no command
    /// @throws WrongState when it does not run
    public String requireExec(String id, List<String> command) {
        if (command.isEmpty()) {
            throw new Invalid("ExecRequest.cmd is empty");
        }
        return requireRunning(id, "run a command in").id().value();
    }

    /// Runs a command with its streams at the peer, until it has ended; its exit code. Ended when the waiting
    /// thread is interrupted.
    public int exec(String id, List<String> command, boolean terminal, StreamPeer peer)
            throws IOException, InterruptedException {
        var container = requireRunning(id, "run a command in");
        var runtime = runtimes.get(container.making().handler());
        return Phase.of(
                "runtime exec",
                () -> runtime.exec(container.id().value(), specs.exec(container.id(), command, terminal), peer));
    }

    /// The whole id of the container, when a peer could be attached to it now.
    public String requireAttach(String id) {
        return requireRunning(id, "attach to").id().value();
    }

    /// Connects the peer to its first process's streams until that ends, or until the waiting thread is
    /// interrupted.
    public void attach(String id, StreamPeer peer) throws IOException, InterruptedException {
        var container = requireRunning(id, "attach to");
        runtimes.get(container.making().handler()).attach(container.id().value(), peer);
    }

    /// Lets the monitor open the log file anew, after somebody moved it away.
    public void reopenLog(String id) throws IOException, InterruptedException {
        var container = requireRunning(id, "reopen the log of");
        runtimes.get(container.making().handler()).reopenLog(container.id().value());
    }

    private ContainerRecord requireRunning(String id, String purpose) {
        var container = require(id);
        if (!container.isRunning()) {
            throw new WrongState("can't " + purpose + " container " + id + ": it is "
                    + container.state().name());
        }
        return container;
    }

    private ContainerRecord require(String id) {
        return find(id).orElseThrow(() -> new NotFound("no container with id " + id));
    }

    private Optional<ContainerRecord> find(String id) {
        return stores.containers().find(id).filter(ContainerRecord::isVisible);
    }

    private String info(ContainerRecord container) throws IOException {
        return ContainerInfo.of(container, specs.of(container.id())).toJson();
    }
}
