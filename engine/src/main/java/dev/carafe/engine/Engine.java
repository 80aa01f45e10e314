package dev.carafe.engine;

import dev.carafe.engine.container.ContainerCgroups;
import dev.carafe.engine.container.ContainerParts;
import dev.carafe.engine.container.ContainerSpecs;
import dev.carafe.engine.container.ContainerTuning;
import dev.carafe.engine.container.Containers;
import dev.carafe.engine.container.CreateContainer;
import dev.carafe.engine.container.EndForbidden;
import dev.carafe.engine.container.PluginChanges;
import dev.carafe.engine.container.RecordExit;
import dev.carafe.engine.container.RemoveContainer;
import dev.carafe.engine.container.Runtimes;
import dev.carafe.engine.container.SandboxContainers;
import dev.carafe.engine.container.StartContainer;
import dev.carafe.engine.container.StopContainer;
import dev.carafe.engine.container.TargetNamespaces;
import dev.carafe.engine.container.UpdateContainer;
import dev.carafe.engine.decrypt.LayerKeys;
import dev.carafe.engine.events.Events;
import dev.carafe.engine.image.ImageFileSystems;
import dev.carafe.engine.image.ImageTrust;
import dev.carafe.engine.image.ImageViews;
import dev.carafe.engine.image.Images;
import dev.carafe.engine.image.KeptSignatures;
import dev.carafe.engine.image.LoadImages;
import dev.carafe.engine.image.PullArtifact;
import dev.carafe.engine.image.PullImage;
import dev.carafe.engine.image.SpawnedCredentialPrograms;
import dev.carafe.engine.image.StoreImage;
import dev.carafe.engine.image.UnusedLayers;
import dev.carafe.engine.nri.Nri;
import dev.carafe.engine.performance.CpuTuning;
import dev.carafe.engine.pod.PodCgroups;
import dev.carafe.engine.pod.PodFiles;
import dev.carafe.engine.pod.PodLevels;
import dev.carafe.engine.pod.PodNamespaces;
import dev.carafe.engine.pod.PodNetwork;
import dev.carafe.engine.pod.PodParts;
import dev.carafe.engine.pod.Pods;
import dev.carafe.engine.pod.RemovePod;
import dev.carafe.engine.pod.ResolvConf;
import dev.carafe.engine.pod.RunPod;
import dev.carafe.engine.pod.StopPod;
import dev.carafe.engine.rdt.RdtGroups;
import dev.carafe.engine.seccomp.SeccompNotifiers;
import dev.carafe.engine.spec.HostFacts;
import dev.carafe.engine.spec.SelinuxLabels;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.Folders;
import dev.carafe.engine.state.Locks;
import dev.carafe.engine.state.PodId;
import dev.carafe.engine.state.Stores;
import dev.carafe.engine.stats.GroupPaths;
import dev.carafe.engine.stats.Metrics;
import dev.carafe.engine.stats.Stats;
import dev.carafe.engine.stats.StatsLoop;
import dev.carafe.linux.Cgroups;
import dev.carafe.linux.HostDigests;
import dev.carafe.network.CniNetwork;
import dev.carafe.network.NftablesFilter;
import dev.carafe.network.ProcessPluginRunner;
import dev.carafe.nri.NriConfig;
import dev.carafe.oci.Digest;
import dev.carafe.registry.Registry;
import dev.carafe.registry.RegistryConfig;
import dev.carafe.registry.RegistryRules;
import dev.carafe.registry.auth.Keyrings;
import dev.carafe.runtime.ConmonRuntime;
import dev.carafe.runtime.ExitWatcher;
import dev.carafe.runtime.OciRuntime;
import dev.carafe.runtime.RuntimeHandler;
import dev.carafe.runtime.ShimRuntime;
import dev.carafe.storage.ContainerRoots;
import dev.carafe.storage.ImageIndex;
import dev.carafe.storage.Layers;
import dev.carafe.storage.StoredImage;
import dev.carafe.trust.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Everything the kubelet asks for, on one node. Opening it finds again what the last run left; closing it ends
/// only the daemon's part: containers go on under their monitors.
public final class Engine implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Engine.class.getName());

    /// How long a container may go on after the last call that its profile forbids; CRI-O's.
    private static final Duration FORBIDDEN_CALLS_QUIET = Duration.ofSeconds(5);

    private final Pods pods;
    private final Containers containers;
    private final Images images;
    private final Observed observed;
    private final Reloading reloading;
    private final List<AutoCloseable> closing;

    /// What is only read, and who is told.
    private record Observed(
            Node node, Stats stats, Metrics metrics, Events events, EndForbidden forbidden, Plugins plugins) {}

    private record Plugins(Nri nri, PluginChanges changes) {}

    /// What can change while everything runs.
    private record Reloading(
            ImageViews images,
            ContainerSpecs containers,
            SandboxContainers sandboxes,
            Runtimes runtimes,
            RegistryRules rules,
            LayerKeys layerKeys,
            RdtGroups rdt) {}

    private Engine(
            Pods pods,
            Containers containers,
            Images images,
            Observed observed,
            Reloading reloading,
            List<AutoCloseable> closing) {
        this.pods = pods;
        this.containers = containers;
        this.images = images;
        this.observed = observed;
        this.reloading = reloading;
        this.closing = List.copyOf(closing);
    }

    public static Engine open(EngineConfig config, Clock clock) throws IOException, InterruptedException {
        return open(config, clock, Failpoint.NONE);
    }

    /// @param failpoint what happens at each step; for tests
    public static Engine open(EngineConfig config, Clock clock, Failpoint failpoint)
            throws IOException, InterruptedException {
        var closing = new ArrayList<AutoCloseable>();
        try {
            return open(config, clock, failpoint, closing);
        } catch (Throwable e) {
            closeAll(closing);
            throw e;
        }
    }

    // The graph, top to bottom: each line uses what stands above it.
    private static Engine open(EngineConfig config, Clock clock, Failpoint failpoint, List<AutoCloseable> closing)
            throws IOException, InterruptedException {
        HostDigests.add(Digest.STREAMS);
        var settings = config.runtime();
        var manager = settings.cgroupManager();
        var folders = Folders.of(config.storage(), config.runtime().logDirectory());
        Files.createDirectories(folders.records());
        Files.createDirectories(folders.pods());
        // Others pass the folder above to roots in user namespaces, not to what pods share.
        Files.setPosixFilePermissions(folders.volatileRoot(), PosixFilePermissions.fromString("rwx------"));
        Files.createDirectories(folders.bundles());
        var host = HostFacts.detect();
        var cgroups = Cgroups.detect();
        var steady = new SteadyClock();
        var stores = Stores.open(folders.records(), steady);
        var events = Events.of(stores, config.stats().events(), clock);

        var watchdog = Watchdog.ofLog();
        close(closing, watchdog.start());
        var lanes = Lanes.watchedBy(watchdog);

        var layers = close(closing, Layers.open(config.storage()));
        var index = ImageIndex.open(config.storage(), layers);
        var roots = ContainerRoots.open(config.storage(), layers);
        var unused = new UnusedLayers(layers, index, roots);
        var names = names(config.registry());
        var registry = close(closing, new Registry(config.registry(), names.rules()));
        var kept = KeptSignatures.open(
                folders.records(), index.list().stream().map(StoredImage::id).collect(Collectors.toSet()));
        var policies = new Trust(config.trust(), clock);
        var trust = new ImageTrust(policies, registry, names.rules(), kept);
        var layerKeys = new LayerKeys(settings.decryptionKeys());
        var store = new StoreImage(layers, layers::missing, index, kept, layerKeys, failpoint);
        var views = new ImageViews(config.images());
        var images = new Images(
                new Images.Parts(
                        index, layers, unused, new ImageFileSystems(config.storage(), layers, roots, clock, steady)),
                new Images.Verbs(
                        new PullImage(registry, trust, store, index, failpoint, clock),
                        new PullArtifact(registry, trust),
                        new LoadImages(policies, store, layers, clock),
                        failpoint),
                new Images.Names(names.rules(), names.keyrings(), trust),
                views,
                lanes,
                stores);

        var rdt = new RdtGroups(host.resctrl(), folders.volatileRoot().resolve("rdt-groups"));
        rdt.use(config.containers().additions().rdt());
        var runtimes = close(
                closing,
                new Runtimes(
                        settings.defaultHandler(), settings.handlers(), handler -> runtime(handler, settings, clock)));
        var exits = close(closing, ExitWatcher.open(settings.directories()));
        var labels = SelinuxLabels.of(config.containers().additions().selinux(), host);
        var cpus = new CpuTuning(
                folders.volatileRoot().resolve("performance"),
                Path.of("/proc"),
                Path.of("/sys"),
                settings.performance());
        var specs = new ContainerSpecs(config.containers(), host, folders, manager, labels, cpus);
        var tuning = new ContainerTuning(stores, specs, cpus, cgroups, new GroupPaths(manager));
        var nri = new Nri(config.nri(), stores, specs);
        var stop = new StopContainer(stores.containers(), runtimes, settings.killTimeout(), lanes, steady, nri);
        var forbidden = new EndForbidden(stores, specs, stop);
        var notifiers = close(closing, new SeccompNotifiers(folders, forbidden, FORBIDDEN_CALLS_QUIET));
        var parts = new ContainerParts(
                folders,
                roots,
                specs,
                runtimes,
                exits,
                new ContainerParts.Kernel(
                        new ContainerCgroups(cgroups, manager, stores),
                        new TargetNamespaces(settings.namespacesDirectory(), stores, runtimes),
                        notifiers,
                        nri));
        var podLocks = new Locks<PodId>();
        var containerLocks = new Locks<ContainerId>();
        var remove = new RemoveContainer(stores, containerLocks, stop, parts, failpoint);
        var update = new UpdateContainer(stores, containerLocks, runtimes, specs, tuning, failpoint);
        var containers = new Containers(
                stores,
                runtimes,
                specs,
                new Containers.Verbs(
                        new CreateContainer(stores, podLocks, images, parts, failpoint, clock),
                        new StartContainer(stores, containerLocks, runtimes, tuning, failpoint, clock),
                        update,
                        stop,
                        remove,
                        nri),
                lanes);

        var network = close(closing, new CniNetwork(config.network(), new ProcessPluginRunner(), new NftablesFilter()));
        var podNetwork = new PodNetwork(network, specs);
        var sandboxes = new SandboxContainers(parts, images, runtimes, config.sandboxes(), failpoint);
        var podParts = new PodParts(
                new PodFiles(folders, ResolvConf.ofThisHost(), specs),
                new PodNamespaces(
                        settings.namespacesDirectory(), config.containers().sysctls(), settings.idFloor()),
                podNetwork,
                new PodCgroups(cgroups, manager, stores.pods()),
                sandboxes,
                new PodLevels(stores.pods(), labels, new SecureRandom()),
                nri);
        var stopPod = new StopPod(stores, podParts, stop, failpoint);
        var removePod = new RemovePod(stores, podParts, stopPod, remove, failpoint);
        var pods = new Pods(
                stores,
                podLocks,
                runtimes,
                new Pods.Verbs(
                        new RunPod(stores, podParts, removePod, host, failpoint, clock), stopPod, removePod, nri),
                lanes,
                steady);

        podNetwork.restore(stores.pods().all());
        var recordExit = new RecordExit(stores, containerLocks, runtimes, tuning, notifiers);
        close(closing, ExitLoop.start(exits, recordExit, pods));
        new Restart(
                        stores,
                        new Restart.Pods(podParts, stopPod, removePod),
                        new Restart.Containers(parts, runtimes, exits, recordExit),
                        clock)
                .reconcile();
        new Orphans(stores, folders, parts, stop, podParts).end();
        notifiers.restore();
        cpus.recover(id -> stores.containers()
                .get(id.value())
                .filter(ContainerRecord::isRunning)
                .isPresent());
        unused.collect();
        close(closing, NetworkLoop.start(network, podNetwork, stores.pods(), settings.namespacesDirectory()));
        var written = config.storage().isSplit()
                ? config.storage().root()
                : config.storage().imageStore();
        var loop = close(
                closing,
                StatsLoop.start(
                        new StatsLoop.Sources(stores, cgroups, manager, roots, written),
                        config.stats(),
                        clock,
                        steady));
        close(closing, nri);
        return new Engine(
                pods,
                containers,
                images,
                new Observed(
                        new Node(settings, config.storage(), cgroups.mode(), network, runtimes),
                        loop.stats(),
                        loop.metrics(),
                        events,
                        forbidden,
                        new Plugins(nri, new PluginChanges(update, stop))),
                new Reloading(views, specs, sandboxes, runtimes, names.rules(), layerKeys, rdt),
                closing);
    }

    private record Names(RegistryRules rules, Keyrings keyrings) {}

    private static Names names(RegistryConfig config) {
        var rules = new RegistryRules(config.registries());
        var programs = new SpawnedCredentialPrograms(config.credentials().programFolders(), System.getenv());
        return new Names(rules, new Keyrings(config.credentials(), rules, programs));
    }

    private static OciRuntime runtime(RuntimeHandler handler, RuntimeSettings settings, Clock clock) {
        return handler.shim().isPresent()
                ? new ShimRuntime(handler, settings.directories(), clock)
                : new ConmonRuntime(handler, settings.directories());
    }

    private static <T extends AutoCloseable> T close(List<AutoCloseable> closing, T part) {
        closing.add(part);
        return part;
    }

    /// Takes up pinned images, profiles, RDT classes, handlers, the folder of keys for layers, and registries.conf; the
    /// rest stays as it was opened with. Policies, certificates and credentials are read
    /// whenever they are used in any case.
    ///
    /// @return whether registries.conf has changed
    /// @throws IOException when the kernel can't have the RDT classes: nothing else is taken up
    public boolean reload(EngineConfig changed) throws IOException {
        reloading.rdt.use(changed.containers().additions().rdt());
        reloading.images.use(changed.images());
        reloading.containers.use(changed.containers());
        reloading.sandboxes.use(changed.sandboxes());
        reloading.layerKeys.use(changed.runtime().decryptionKeys());
        reloading.runtimes.use(
                changed.runtime().defaultHandler(), changed.runtime().handlers());
        return reloading.rules.reload();
    }

    /// Starts the node's NRI plugins, waits until they are ready, and lets others connect. Without it none take part.
    ///
    /// @param runtime whom they are told they work for
    public void openPlugins(NriConfig.Runtime runtime) throws IOException, InterruptedException {
        observed.plugins.nri.open(runtime, observed.plugins.changes);
    }

    public Pods pods() {
        return pods;
    }

    public Containers containers() {
        return containers;
    }

    public Images images() {
        return images;
    }

    public Node node() {
        return observed.node;
    }

    public Stats stats() {
        return observed.stats;
    }

    public Metrics metrics() {
        return observed.metrics;
    }

    public Events events() {
        return observed.events;
    }

    /// What containers call that their seccomp profiles forbid, from now on.
    public void observe(EndForbidden.CallObserver observer) {
        observed.forbidden.observe(observer);
    }

    @Override
    public void close() {
        closeAll(closing);
    }

    private static void closeAll(List<AutoCloseable> closing) {
        for (var part : closing.reversed()) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, "could not close " + part, e);
            }
        }
    }
}
