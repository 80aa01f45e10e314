package dev.carafe.engine.pod;

import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.cri.v1.PodSandbox;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.PodSandboxFilter;
import dev.carafe.cri.v1.PodSandboxStatusResponse;
import dev.carafe.engine.InFlight;
import dev.carafe.engine.Lanes;
import dev.carafe.engine.NotFound;
import dev.carafe.engine.WrongState;
import dev.carafe.engine.container.Runtimes;
import dev.carafe.engine.nri.Nri;
import dev.carafe.engine.spec.UserIds;
import dev.carafe.engine.state.Locks;
import dev.carafe.engine.state.PodId;
import dev.carafe.engine.state.PodKey;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.Shown;
import dev.carafe.engine.state.Stores;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The node's pods. Ids may be shortened to an unambiguous beginning. Safe for all threads; what has returned
/// survives a crash.
public final class Pods {
    private static final System.Logger LOG = System.getLogger(Pods.class.getName());

    /// Of a pod; more than the kubelet waits.
    private static final Duration LONGEST_START = Duration.ofMinutes(10);

    private final Stores stores;
    private final Shown<PodRecord, PodSandbox> shown;
    private final Locks<PodId> locks;
    private final Runtimes runtimes;
    private final Verbs verbs;
    private final InstantSource steady;
    private final InFlight<PodKey, PodId> runs;
    private final InFlight<PodId, Void> stops;
    private final InFlight<PodId, Void> removals;

    public Pods(Stores stores, Locks<PodId> locks, Runtimes runtimes, Verbs verbs, Lanes lanes, InstantSource steady) {
        this.stores = stores;
        this.locks = locks;
        this.runtimes = runtimes;
        this.verbs = verbs;
        this.runs = new InFlight<>(lanes.runs());
        this.stops = new InFlight<>(lanes.podEnds());
        this.removals = new InFlight<>(lanes.podEnds());
        this.steady = steady;
        this.shown = Shown.of(stores.pods(), p -> p.id().value(), PodViews::item);
    }

    /// What changes them, a class each.
    public record Verbs(RunPod run, StopPod stop, RemovePod remove, Nri nri) {}

    /// Gives the pod's id. The same pod asked for again joins the run under way, or finds the pod that is ready.
    public String run(PodSandboxConfig config, String handler) throws IOException, InterruptedException {
        var resolved = runtimes.resolve(handler);
        if (UserIds.areOwn(config)) {
            runtimes.requireUserNamespaces(resolved);
        }
        return runs.join(PodKey.of(config), () -> verbs.run.run(config, resolved))
                .value();
    }

    public void stop(String id) throws IOException, InterruptedException {
        var pod = find(id);
        if (pod.isPresent()) {
            stop(pod.get().id(), "");
        }
    }

    /// @param warning for the log, should the pod not be stopped already
    private void stop(PodId id, String warning) throws IOException, InterruptedException {
        stops.join(id, () -> {
            try (var _ = locks.hold(id)) {
                var pod = stores.pods().get(id.value());
                if (pod.isPresent()) {
                    if (pod.get().isReady() && !warning.isEmpty()) {
                        LOG.log(System.Logger.Level.WARNING, warning);
                    }
                    verbs.stop.stop(pod.get());
                }
            }
            return null;
        });
    }

    /// Whether the id is that of a pod's own process, which is the pod's.
    public boolean isOwnProcess(String id) {
        return stores.pods().get(id).isPresent();
    }

    /// A pod's own process has ended. Nothing can be started in its namespace any more, and what was in it is gone:
    /// so the pod is stopped, which the kubelet sees. One that is still being made fails or is stopped afterwards.
    public void processEnded(String id) throws IOException, InterruptedException {
        var patience = steady.instant().plus(LONGEST_START);
        if (stores.pods().await(id, PodRecord::isVisible, () -> patience)) {
            stop(new PodId(id), "the process of pod " + id + " has ended, stopping the pod");
        }
    }

    /// Takes down what its containers together may use now, and what is used for the pod itself. The kubelet
    /// changes the pod's control group on its own.
    ///
    /// @param overhead empty: as it was
    /// @param resources empty: as they were
    public void update(
            String id, Optional<LinuxContainerResources> overhead, Optional<LinuxContainerResources> resources)
            throws IOException, InterruptedException {
        var pod = require(id).id();
        try (var _ = locks.share(pod)) {
            var before = stores.pods().get(pod.value()).orElseThrow(() -> unknown(id));
            verbs.nri.podUpdates(before, overhead, resources);
            var after = stores.pods().update(pod.value(), p -> {
                var config = p.config().toBuilder();
                overhead.ifPresent(config.getLinuxBuilder()::setOverhead);
                resources.ifPresent(config.getLinuxBuilder()::setResources);
                return p.with(config.build());
            });
            verbs.nri.podUpdated(after);
        }
    }

    public void remove(String id) throws IOException, InterruptedException {
        var pod = find(id);
        if (pod.isPresent()) {
            remove(pod.get().id());
        }
    }

    private void remove(PodId id) throws IOException, InterruptedException {
        removals.join(id, () -> {
            try (var _ = locks.hold(id)) {
                verbs.remove.remove(id);
            }
            return null;
        });
    }

    public PodSandboxStatusResponse status(String id, boolean verbose) {
        var pod = require(id);
        var response = PodSandboxStatusResponse.newBuilder().setStatus(PodViews.status(pod));
        if (verbose) {
            response.putInfo("info", PodInfo.of(pod).toJson());
        }
        return response.build();
    }

    /// Newest first.
    public List<PodSandbox> list(PodSandboxFilter filter) {
        return stores.pods().all().stream()
                .filter(PodRecord::isVisible)
                .filter(p -> p.isMeant(filter.getId(), filter.getLabelSelectorMap()))
                .filter(p -> !filter.hasState() || filter.getState().getState() == PodViews.state(p))
                .sorted(Comparator.comparing(PodRecord::createdAt).reversed())
                .map(shown::of)
                .toList();
    }

    /// The whole id of the pod, when its ports could be connected to now; [#connect] will ask again.
    ///
    /// @throws WrongState when it is not ready
    public String requirePortForward(String id) {
        var pod = require(id);
        if (!pod.isReady()) {
            throw new WrongState("can't forward ports of pod " + id + ": it is not ready");
        }
        return pod.id().value();
    }

    /// Connects to a port inside a pod (PortForward).
    ///
    /// @throws IOException says why nobody answers there
    public SocketChannel connect(String id, int port) throws IOException {
        return ConnectToPort.connect(require(id), port);
    }

    private PodRecord require(String id) {
        return find(id).orElseThrow(() -> unknown(id));
    }

    private static NotFound unknown(String id) {
        return new NotFound("no pod with id " + id);
    }

    private Optional<PodRecord> find(String id) {
        return stores.pods().find(id).filter(PodRecord::isVisible);
    }
}
