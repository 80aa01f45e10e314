package dev.carafe.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/// The pod network: attaches pods to the network that the CNI configuration names, through its plugins. Safe for all
/// threads; operations on one container come one after the other, those on different ones run side by side. What a
/// pod was attached to survives the daemon in the cache, what is still to be detached in the folder of the postponed.
public final class CniNetwork implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CniNetwork.class.getName());
    private static final String NOT_READY = "NetworkPluginNotReady";

    /// So that plugins that hang don't hold all the others up, nor pods that start.
    private static final int RETRIES_AT_ONCE = 8;

    private final ContainerLocks containers = new ContainerLocks();
    private final ResultCache cache;
    private final PostponedDetachments postponed;
    private final AddNetwork add;
    private final DeleteNetwork delete;
    private final NetworkSelector selector;
    private final FolderWatch watch;

    /// Begins to read and watch the configuration in the background.
    public CniNetwork(NetworkConfig config, PluginRunner runner) {
        var plugins = new Plugins(config.pluginDirectories(), runner, config.limits());
        cache = new ResultCache(config.cacheDirectory());
        postponed = new PostponedDetachments(config.postponedDirectory());
        delete = new DeleteNetwork(plugins);
        add = new AddNetwork(plugins, delete, cache);
        selector = new NetworkSelector(
                new ConfigurationFolder(config.networkDirectory()),
                config.defaultNetwork(),
                new PluginVersions(plugins));
        var folders = new ArrayList<>(config.pluginDirectories());
        folders.add(config.networkDirectory());
        watch = FolderWatch.start(folders, selector::reread);
    }

    /// From memory; follows the folders of configurations and plugins within a second. The first call of all may wait
    /// a second for the first reading.
    public NetworkStatus status() {
        return switch (selector.current()) {
            case NetworkSelection.Chosen(var network, var _, var problems) ->
                new NetworkStatus.Ready(network.name(), problems);
            case NetworkSelection.Nothing(var why) -> new NetworkStatus.NotReady(NOT_READY, why);
        };
    }

    /// Runs the plugins' ADD. When it fails or is interrupted, DEL of all of them has run before it throws; what a
    /// plugin would not take back then is left to [#detach(Attachment)].
    ///
    /// @throws PluginException with the plugin's code, message and details
    /// @throws IOException also when there is no network to attach to
    public AttachmentResult attach(Attachment attachment) throws IOException, InterruptedException {
        try (var _ = containers.hold(attachment.containerId())) {
            return switch (selector.current()) {
                case NetworkSelection.Chosen(var network, var _, var _) -> add.add(network, attachment);
                case NetworkSelection.Nothing(var why) -> throw new IOException(why);
            };
        }
    }

    /// Runs the plugins' DEL with the configuration and the result of the attachment, also when the configuration
    /// has changed or gone since, and when the pod's namespace is gone. For a pod of which nothing is known, the
    /// current configuration is used; where there is none either, nothing is to be done. Idempotent.
    ///
    /// @throws IOException when a plugin failed; what the attachment was is kept then
    public void detach(Attachment attachment) throws IOException, InterruptedException {
        try (var _ = containers.hold(attachment.containerId())) {
            var cached = cache.find(attachment);
            if (cached.isPresent()) {
                delete.delete(cached.get().network(), attachment, cached.get().result());
            } else if (selector.current() instanceof NetworkSelection.Chosen(var network, var _, var _)) {
                delete.delete(network, attachment, JsonObject.EMPTY);
            }
            cache.remove(attachment);
            postponed.remove(attachment.containerId());
        }
    }

    /// Keeps a detachment for [#retryPostponed()]. When it returns, it survives a power cut.
    public void postpone(Attachment attachment) throws IOException, InterruptedException {
        try (var _ = containers.hold(attachment.containerId())) {
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

    /// Ends the watch; operations under way go on.
    @Override
    public void close() {
        watch.close();
    }
}
