package dev.carafe.engine.nri;

import dev.carafe.api.nri.Container;
import dev.carafe.api.nri.Event;
import dev.carafe.api.nri.LinuxResources;
import dev.carafe.api.nri.PodSandbox;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.engine.Phase;
import dev.carafe.engine.spec.BuiltSpec;
import dev.carafe.engine.spec.HandlerRules;
import dev.carafe.engine.spec.SpecBuilder;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.Stores;
import dev.carafe.nri.NriConfig;
import dev.carafe.nri.NriPlugins;
import dev.carafe.nri.PluginException;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Tells NRI plugins of the life of pods and containers. Where nobody is to be told, a call is a look at a field. Safe
/// for all threads; who calls holds no container's lock, as plugins may ask for changes while they are told.
public final class Nri implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Nri.class.getName());

    private final NriConfig config;
    private final Stores stores;
    private final Specs specs;
    /// Containers whose end plugins are still to be told of.
    private final Set<ContainerId> live = ConcurrentHashMap.newKeySet();

    private volatile Optional<NodeView> node = Optional.empty();
    private volatile Optional<NriPlugins> plugins = Optional.empty();

    /// @param specs of containers that are there
    public Nri(NriConfig config, Stores stores, Specs specs) {
        this.config = config;
        this.stores = stores;
        this.specs = specs;
    }

    /// Once all that is there is known. Before, and when NRI is off, nobody is told of anything.
    public void open(NriConfig.Runtime runtime, Changes changes) throws IOException, InterruptedException {
        if (!config.isEnabled()) {
            return;
        }
        var view = new NodeView(stores, specs, changes, live);
        var opened = new NriPlugins(config, runtime, view);
        node = Optional.of(view);
        plugins = Optional.of(opened);
        opened.open();
    }

    private Optional<NriPlugins> told() {
        return plugins.filter(p -> !p.isIdle());
    }

    /// A pod is about to be ready.
    ///
    /// @throws PluginException when a plugin refuses
    public void podRuns(PodRecord pod) throws IOException, InterruptedException {
        var told = told();
        if (told.isEmpty()) {
            return;
        }
        var view = NriViews.pod(pod);
        Phase.run("NRI RunPodSandbox", () -> told.get().tell(Event.RUN_POD_SANDBOX, "RunPodSandbox", view));
    }

    /// A pod that was about to be ready is not.
    public void podUnmade(PodRecord pod) throws InterruptedException {
        podStopped(pod);
        podRemoved(pod);
    }

    public void podStopped(PodRecord pod) throws InterruptedException {
        tell(Event.STOP_POD_SANDBOX, "StopPodSandbox", pod);
    }

    public void podRemoved(PodRecord pod) throws InterruptedException {
        tell(Event.REMOVE_POD_SANDBOX, "RemovePodSandbox", pod);
    }

    /// What can't be refused any more.
    private void tell(Event event, String method, PodRecord pod) throws InterruptedException {
        var told = told();
        if (told.isPresent()) {
            try {
                told.get().tell(event, method, NriViews.pod(pod));
            } catch (PluginException e) {
                warn(e);
            }
        }
    }

    private static void warn(Exception e) {
        LOG.log(System.Logger.Level.WARNING, "{0}", e.getMessage());
    }

    /// Before what a pod may use is taken down.
    ///
    /// @throws PluginException when a plugin refuses
    public void podUpdates(
            PodRecord pod, Optional<LinuxContainerResources> overhead, Optional<LinuxContainerResources> resources)
            throws IOException, InterruptedException {
        var told = told();
        if (told.isPresent()) {
            told.get()
                    .update(
                            NriViews.pod(pod),
                            overhead.map(Limits::toNri).orElse(LinuxResources.getDefaultInstance()),
                            resources.map(Limits::toNri).orElse(LinuxResources.getDefaultInstance()));
        }
    }

    public void podUpdated(PodRecord pod) throws InterruptedException {
        tell(Event.POST_UPDATE_POD_SANDBOX, "PostUpdatePodSandbox", pod);
    }

    /// What plugins make of a container, and its limits after that.
    public record Made(BuiltSpec built, LinuxContainerResources resources) {}

    /// What plugins make of a container that is about to be created. From then on its end is to be told, also when its
    /// creation fails.
    ///
    /// @throws PluginException when a plugin refuses, or plugins are at odds
    public Made create(
            PodRecord pod, ContainerRecord container, BuiltSpec built, HandlerRules rules, SpecBuilder builder)
            throws IOException, InterruptedException {
        var told = told();
        var resources = container.making().resources();
        if (told.isEmpty()) {
            return new Made(built, resources);
        }
        live.add(container.id());
        var adjusted = Phase.of(
                "NRI CreateContainer",
                () -> told.get().adjust(NriViews.pod(pod), NriViews.container(container, built.spec())));
        var spec = new AdjustSpec(builder, rules, pod, adjusted.adjustment()).of(built.spec());
        var _ = node.orElseThrow().fulfil(adjusted.wishes());
        return new Made(
                built.with(spec),
                resources.toBuilder()
                        .mergeFrom(Limits.toCri(adjusted.adjustment().getLinux().getResources()))
                        .build());
    }

    public void created(ContainerId id) throws InterruptedException {
        tell(Event.POST_CREATE_CONTAINER, "PostCreateContainer", id);
    }

    /// @throws PluginException when a plugin refuses
    public void starts(ContainerId id) throws IOException, InterruptedException {
        var told = told();
        if (told.isPresent()) {
            var container = stores.containers().require(id.value());
            told.get().tell(Event.START_CONTAINER, "StartContainer", pod(container), view(container));
        }
    }

    public void started(ContainerId id) throws InterruptedException {
        tell(Event.POST_START_CONTAINER, "PostStartContainer", id);
    }

    /// What plugins make of a change of limits.
    ///
    /// @throws PluginException when a plugin refuses, or plugins are at odds
    public LinuxContainerResources updates(ContainerId id, LinuxContainerResources asked)
            throws IOException, InterruptedException {
        var told = told();
        if (told.isEmpty()) {
            return asked;
        }
        var container = stores.containers().require(id.value());
        var changed = told.get().update(pod(container), view(container), Limits.toNri(asked));
        Limits.refuseUnchangeable(changed.limits());
        var _ = node.orElseThrow().fulfil(changed.wishes());
        return asked.toBuilder()
                .clearHugepageLimits()
                .mergeFrom(Limits.toCri(changed.limits()))
                .build();
    }

    public void updated(ContainerId id) throws InterruptedException {
        tell(Event.POST_UPDATE_CONTAINER, "PostUpdateContainer", id);
    }

    private void tell(Event event, String method, ContainerId id) throws InterruptedException {
        var told = told();
        var container = told.isEmpty()
                ? Optional.<ContainerRecord>empty()
                : stores.containers().get(id.value());
        if (container.isPresent()) {
            tell(told.get(), event, method, container.get());
        }
    }

    private void tell(NriPlugins told, Event event, String method, ContainerRecord container)
            throws InterruptedException {
        try {
            told.tell(event, method, pod(container), view(container));
        } catch (IOException e) {
            warn(e);
        }
    }

    private PodSandbox pod(ContainerRecord container) {
        return NriViews.pod(stores.pods().require(container.pod().value()));
    }

    private Container view(ContainerRecord container) throws IOException {
        return NriViews.container(container, specs.of(container.id()));
    }

    /// A container has ended; told once.
    public void stopped(ContainerId id) throws InterruptedException {
        var told = told();
        if (!live.remove(id) || told.isEmpty()) {
            return;
        }
        var container = stores.containers().get(id.value());
        if (container.isEmpty()) {
            return;
        }
        try {
            var wishes = told.get().stopped(pod(container.get()), view(container.get()));
            var _ = node.orElseThrow().fulfil(wishes);
        } catch (IOException e) {
            warn(e);
        }
    }

    /// The creation of a container has failed. Nothing is told of one of which nothing was.
    public void uncreated(PodRecord pod, ContainerRecord container, RuntimeSpec spec) throws InterruptedException {
        var told = told();
        if (!live.remove(container.id()) || told.isEmpty()) {
            return;
        }
        try {
            var podView = NriViews.pod(pod);
            var view = NriViews.container(container, spec);
            var _ = node.orElseThrow().fulfil(told.get().stopped(podView, view));
            told.get().tell(Event.REMOVE_CONTAINER, "RemoveContainer", podView, view);
        } catch (PluginException e) {
            warn(e);
        }
    }

    /// Tells that a container is gone. Made before it is, as afterwards nobody knows what it was.
    public interface Removal {
        void tell() throws InterruptedException;
    }

    /// To be used once the container is gone.
    public Removal removal(ContainerRecord container) throws InterruptedException {
        stopped(container.id());
        var told = told();
        if (told.isEmpty()) {
            return () -> {};
        }
        try {
            var pod = pod(container);
            var view = view(container);
            return () -> {
                try {
                    told.get().tell(Event.REMOVE_CONTAINER, "RemoveContainer", pod, view);
                } catch (PluginException e) {
                    warn(e);
                }
            };
        } catch (IOException e) {
            warn(e);
            return () -> {};
        }
    }

    @Override
    public void close() throws IOException {
        if (plugins.isPresent()) {
            plugins.get().close();
        }
    }
}
