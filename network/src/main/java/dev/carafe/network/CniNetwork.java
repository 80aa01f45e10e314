package dev.carafe.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/// The pod network: attaches pods to the network that the CNI configuration names, through its plugins. Safe for all
/// threads; operations on one container come one after the other, those on different ones run side by side. What a
/// pod was attached to survives the daemon in the cache, what is still to be detached in the folder of the postponed.
public final class CniNetwork implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CniNetwork.class.getName());
    private static final String NOT_READY = "NetworkPluginNotReady";

    /// So that plugins that hang don't hold all the others up, nor pods that start.
    private static final int RETRIES_AT_ONCE = 8;

    private final Operations operations = new Operations();
    private final ResultCache cache;
    private final PostponedDetachments postponed;
    private final PodRanges ranges;
    private final Optional<GeneratedNetwork> generated;
    private final boolean mapsHostPorts;
    private final HostPorts ports;
    private final AddNetwork add;
    private final DeleteNetwork delete;
    private final CheckNetwork check;
    private final CollectGarbage collect;
    private final NetworkHealth health;
    private final NetworkSelector selector;
    private final FolderWatch watch;
    private final HealthLoop healthLoop;

    /// Begins to read and watch the configuration in the background.
    public CniNetwork(NetworkConfig config, PluginRunner runner, PacketFilter filter) {
        var plugins = new Plugins(config.pluginDirectories(), runner, config.limits());
        var state = config.stateDirectory();
        cache = new ResultCache(config.cacheDirectory());
        postponed = new PostponedDetachments(config.postponedDirectory());
        ranges = new PodRanges(state);
        var folder = new ConfigurationFolder(config.networkDirectory());
        generated = config.choices().template().map(template -> new GeneratedNetwork(template, folder));
        mapsHostPorts = config.choices().mapsHostPorts();
        ports = new HostPorts(filter, HostPortRules.of(state), new LocalRoutes(Path.of("/proc"), state));
        delete = new DeleteNetwork(plugins);
        add = new AddNetwork(plugins, delete, cache);
        check = new CheckNetwork(plugins);
        collect = new CollectGarbage(plugins);
        health = new NetworkHealth(plugins, config.choices().statusGrace(), System::nanoTime);
        selector = new NetworkSelector(folder, config.choices().defaultNetwork(), new PluginVersions(plugins), health);
        var folders = new ArrayList<>(config.pluginDirectories());
        folders.add(config.networkDirectory());
        watch = FolderWatch.start(folders, selector::reread);
        healthLoop = HealthLoop.start(selector, health);
    }

    /// From memory; follows the folders of configurations and plugins within a second, and what plugins say of
    /// themselves (STATUS) within some. The first call of all may wait a second for the first reading.
    public NetworkStatus status() {
        return switch (selector.current()) {
            case NetworkSelection.Chosen(var network, var _, var problems) ->
                health.problem(network)
                        .<NetworkStatus>map(why -> new NetworkStatus.NotReady(NOT_READY, why))
                        .orElseGet(() -> new NetworkStatus.Ready(network.name(), problems));
            case NetworkSelection.Nothing(var why) -> new NetworkStatus.NotReady(NOT_READY, why);
        };
    }

    /// The ranges of pod addresses that the cluster gave this node, for plugins that ask for them. They survive
    /// the daemon; pods that are attached keep their addresses.
    ///
    /// With a template, the network's configuration is made of them where there is none.
    ///
    /// @throws IllegalArgumentException when one is no range
    /// @throws IOException also when the template can't be used
    public void usePodRanges(List<String> texts) throws IOException {
        ranges.use(texts);
        if (generated.isPresent() && !texts.isEmpty()) {
            generated.get().write(ranges.all());
        }
    }

    /// Runs the plugins' ADD, and leads the host ports to the pod that none of them takes. When it fails or is
    /// interrupted, DEL of all of them has run before it throws; what a plugin would not take back then is left
    /// to [#detach(Attachment)].
    ///
    /// @throws PluginException with the plugin's code, message and details
    /// @throws HostPortTaken when another pod has one of the ports
    /// @throws IOException also when there is no network to attach to
    public AttachmentResult attach(Attachment attachment) throws IOException, InterruptedException {
        try (var _ = operations.on(attachment.containerId())) {
            return switch (selector.current()) {
                case NetworkSelection.Chosen(var network, var _, var _) -> attach(network, attachment);
                case NetworkSelection.Nothing(var why) -> throw new IOException(why);
            };
        }
    }

    private AttachmentResult attach(NetworkList network, Attachment attachment)
            throws IOException, InterruptedException {
        ports.claim(attachment);
        try {
            var arguments = ranges.addTo(attachment.arguments().toJson());
            var result = add.add(network, attachment, arguments);
            if (mapsPortsOf(network, attachment)) {
                open(attachment, new CachedAttachment(network, arguments, result.json()), result);
            }
            return new AttachmentResult(network.name(), result.addresses());
        } catch (Throwable e) {
            close(attachment, e);
            throw e;
        }
    }

    private void close(Attachment attachment, Throwable failure) {
        var interrupted = Thread.interrupted();
        try {
            ports.close(attachment);
        } catch (InterruptedException e) {
            interrupted = true;
            failure.addSuppressed(e);
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean mapsPortsOf(NetworkList network, Attachment attachment) {
        return mapsHostPorts && !attachment.ports().isEmpty() && !network.takesPorts();
    }

    private void open(Attachment attachment, CachedAttachment attached, CniResult result)
            throws IOException, InterruptedException {
        try {
            ports.open(attachment, result.podAddresses());
        } catch (Throwable e) {
            add.undo(attachment, attached, e);
            throw e;
        }
    }

    /// Runs the plugins' DEL with the configuration and the result of the attachment, also when the configuration
    /// has changed or gone since, and when the pod's namespace is gone. For a pod of which nothing is known, the
    /// current configuration is used; where there is none either, nothing is to be done. Idempotent.
    ///
    /// @throws IOException when a plugin failed; what the attachment was is kept then
    public void detach(Attachment attachment) throws IOException, InterruptedException {
        try (var _ = operations.on(attachment.containerId())) {
            // Nobody else is to reach who gets the address next.
            ports.close(attachment);
            var cached = cache.find(attachment);
            if (cached.isPresent()) {
                delete.delete(attachment, cached.get());
            } else if (selector.current() instanceof NetworkSelection.Chosen(var network, var _, var _)) {
                var arguments = attachment.arguments().toJson();
                delete.delete(attachment, new CachedAttachment(network, arguments, JsonObject.EMPTY));
            }
            cache.remove(attachment);
            postponed.remove(attachment.containerId());
        }
    }

    /// Holds the attachment against what there is now, as far as the plugins can (CHECK). Changes nothing.
    ///
    /// @throws PluginException with what a plugin found missing
    public void check(Attachment attachment) throws IOException, InterruptedException {
        try (var _ = operations.on(attachment.containerId())) {
            var cached = cache.find(attachment);
            if (cached.isPresent()) {
                check.check(attachment, cached.get());
            }
        }
    }

    /// After a restart, before anything is attached: the host ports of pods that are attached are theirs again.
    public void restore(List<Attachment> attached) {
        for (var attachment : attached) {
            if (!attachment.ports().isEmpty()) {
                try {
                    ports.restore(attachment, mappedAddresses(attachment));
                } catch (IOException e) {
                    LOG.log(
                            System.Logger.Level.ERROR,
                            "the host ports of pod " + attachment.pod() + " may not answer",
                            e);
                }
            }
        }
    }

    /// Those to which we lead its host ports; none where a plugin does.
    private List<PodAddress> mappedAddresses(Attachment attachment) throws IOException {
        var cached = cache.find(attachment);
        return cached.isPresent()
                        && !cached.get().result().isEmpty()
                        && mapsPortsOf(cached.get().network(), attachment)
                ? CniResult.of(cached.get().result()).podAddresses()
                : List.of();
    }

    /// Leaves of the last run's rules of host ports those of pods that are attached. To be called after
    /// [#restore].
    public void sweepHostPorts() throws IOException, InterruptedException {
        ports.sweep();
    }

    /// Frees what belongs to no attachment: what the cache knows of pods in these namespaces and nobody else
    /// does, and whatever the plugins find (GC). Pods that start wait for the plugins meanwhile. To be called
    /// until it has been done once.
    ///
    /// @param attached all pods whose attaching has begun and whose detaching has not ended
    /// @param namespaces the folder that pins this daemon's network namespaces and nobody else's
    /// @return false when it has to be tried again, because there is no network, or pods came or went just now
    public boolean collectGarbage(Supplier<List<Attachment>> attached, Path namespaces)
            throws IOException, InterruptedException {
        var orphans = new ArrayList<Attachment>();
        var alone = operations.alone();
        if (alone.isEmpty()) {
            return false;
        }
        try (var _ = alone.get()) {
            if (!(selector.current() instanceof NetworkSelection.Chosen(var network, var _, var _))) {
                return false;
            }
            var valid = attached.get();
            var ids = new HashSet<String>();
            valid.forEach(attachment -> ids.add(attachment.containerId()));
            cache.inNamespacesOf(namespaces).stream()
                    .filter(attachment -> !ids.contains(attachment.containerId()))
                    .forEach(orphans::add);
            collect.collect(network, valid);
        }
        for (var orphan : orphans) {
            LOG.log(System.Logger.Level.WARNING, "nobody knows pod {0}, detaching it", orphan.containerId());
            postpone(orphan);
        }
        return true;
    }

    /// Keeps a detachment for [#retryPostponed()]. When it returns, it survives a power cut.
    public void postpone(Attachment attachment) throws IOException, InterruptedException {
        try (var _ = operations.on(attachment.containerId())) {
            postponed.add(attachment);
        }
    }

    /// Tries all postponed detachments once, those of earlier runs too. Gives how many are left.
    ///
    /// @throws UncheckedIOException when their folder can't be read
    public int retryPostponed() throws InterruptedException {
        var slots = new Semaphore(RETRIES_AT_ONCE);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var retries = new ArrayList<Callable<Boolean>>();
            for (var attachment : allPostponed()) {
                retries.add(() -> isDetached(attachment, slots));
            }
            for (var retry : threads.invokeAll(retries)) {
                var _ = retry.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        return allPostponed().size();
    }

    private boolean isDetached(Attachment attachment, Semaphore slots) throws InterruptedException {
        slots.acquire();
        try {
            detach(attachment);
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "pod " + attachment.containerId() + " is still attached", e);
            return false;
        } finally {
            slots.release();
        }
    }

    private List<Attachment> allPostponed() {
        try {
            return postponed.all();
        } catch (IOException e) {
            throw new UncheckedIOException("can't read the postponed detachments", e);
        }
    }

    /// Ends the watches; operations under way go on.
    @Override
    public void close() {
        healthLoop.close();
        watch.close();
    }
}
