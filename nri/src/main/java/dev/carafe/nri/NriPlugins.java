package dev.carafe.nri;

import com.google.protobuf.MessageLite;
import dev.carafe.api.nri.Container;
import dev.carafe.api.nri.ContainerRequest;
import dev.carafe.api.nri.CreateContainerResponse;
import dev.carafe.api.nri.Empty;
import dev.carafe.api.nri.Event;
import dev.carafe.api.nri.LinuxResources;
import dev.carafe.api.nri.PluginInstance;
import dev.carafe.api.nri.PodRequest;
import dev.carafe.api.nri.PodSandbox;
import dev.carafe.api.nri.UpdateContainerRequest;
import dev.carafe.api.nri.UpdateContainerResponse;
import dev.carafe.api.nri.UpdatePodSandboxRequest;
import dev.carafe.api.nri.ValidateContainerAdjustmentRequest;
import dev.carafe.api.nri.ValidateContainerAdjustmentResponse;
import dev.carafe.linux.Child;
import dev.carafe.linux.Fd;
import dev.carafe.linux.FdListener;
import dev.carafe.linux.UnixSockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/// The node's NRI plugins: those that the daemon starts and those that connect. Each is told of what it wants to know,
/// in the order of their indexes. A plugin that fails is let go of, with a line in the log, and a refusal of one ends
/// the request. Safe for all threads.
public final class NriPlugins implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(NriPlugins.class.getName());

    /// Registered ones and others together; many times what a node has.
    private static final int MOST_CONNECTIONS = 64;

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final NriConfig config;
    private final NriConfig.Runtime runtime;
    private final Node node;
    private final Semaphore places = new Semaphore(MOST_CONNECTIONS);
    private volatile List<Plugin> plugins = List.of();
    private volatile boolean closed;
    private Optional<FdListener> listener = Optional.empty();

    public NriPlugins(NriConfig config, NriConfig.Runtime runtime, Node node) {
        this.config = config;
        this.runtime = runtime;
        this.node = node;
    }

    /// Whether nobody is to be told of anything.
    public boolean isIdle() {
        return plugins.isEmpty() && !config.validator().isEnabled();
    }

    /// Starts the node's plugins and waits until they are ready or have failed, then lets others connect. Without a
    /// socket the node goes on, with a warning.
    public void open() throws IOException, InterruptedException {
        launch();
        if (config.listens()) {
            listen();
        }
    }

    private void launch() throws IOException, InterruptedException {
        var starting = new ArrayList<Thread>();
        for (var launched : new LaunchedPlugins(config.pluginDirectory(), config.configDirectory()).start()) {
            places.acquire();
            starting.add(Thread.ofVirtual()
                    .name("NRI plugin " + launched.name())
                    .start(() -> admit(
                            Optional.of(launched.name()),
                            launched.configuration(),
                            launched.socket(),
                            Optional.of(launched.process()))));
        }
        for (var thread : starting) {
            thread.join();
        }
    }

    private void listen() {
        var socket = config.socket();
        try {
            makeFolder(socket);
            UnixSockets.requireFree(socket);
            var open = FdListener.open(socket);
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            listener = Optional.of(open);
            Thread.ofVirtual().name("NRI connections").start(() -> accept(open));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "no NRI plugin can connect: nri_listen " + socket, e);
        }
    }

    private static void makeFolder(Path socket) throws IOException {
        var folder = socket.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    private void accept(FdListener open) {
        while (!closed) {
            try {
                var connection = open.accept();
                if (places.tryAcquire()) {
                    Thread.ofVirtual()
                            .name("NRI plugin")
                            .start(() -> admit(Optional.empty(), "", connection, Optional.empty()));
                } else {
                    LOG.log(System.Logger.Level.WARNING, "more than {0} connections of NRI plugins", MOST_CONNECTIONS);
                    connection.close();
                }
            } catch (IOException e) {
                if (!closed) {
                    LOG.log(System.Logger.Level.WARNING, "an NRI plugin could not connect", e);
                    pause();
                }
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void admit(Optional<PluginName> known, String configuration, Fd socket, Optional<Child> process) {
        var who = known.map(PluginName::toString).orElse("an NRI plugin");
        try {
            var plugin = new Admission(config, runtime, node, known).admit(socket, configuration, () -> ended(process));
            synchronize(plugin);
            LOG.log(System.Logger.Level.INFO, "NRI plugin {0} takes part", plugin.name());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "{0} is let go of: {1}", who, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ended(Optional<Child> process) {
        process.ifPresent(Child::close);
        places.release();
        forgetClosed();
    }

    private synchronized void forgetClosed() {
        plugins = plugins.stream().filter(plugin -> !plugin.isClosed()).toList();
    }

    /// It has its turn from before it is among the others until it knows what there is: what happens meanwhile it is
    /// told afterwards.
    private void synchronize(Plugin plugin) throws IOException, InterruptedException {
        var turn = plugin.turn();
        Wishes wishes;
        turn.lockInterruptibly();
        try {
            add(plugin);
            var state = node.state();
            var answer = plugin.synchronize(state.pods(), state.containers());
            wishes = new Wishes(answer.getUpdateList(), List.of());
        } catch (IOException | InterruptedException | RuntimeException e) {
            plugin.close();
            throw e;
        } finally {
            turn.unlock();
        }
        node.fulfil(wishes);
    }

    private synchronized void add(Plugin plugin) {
        var all = new ArrayList<>(plugins);
        all.add(plugin);
        all.removeIf(Plugin::isClosed);
        all.sort(Comparator.comparing(Plugin::name));
        plugins = List.copyOf(all);
    }

    /// @param method of the event
    /// @throws PluginException when a plugin refuses; those after it are not told
    public void tell(Event event, String method, PodSandbox pod) throws PluginException, InterruptedException {
        tell(event, method, PodRequest.newBuilder().setPod(pod).build());
    }

    /// The same of a container.
    public void tell(Event event, String method, PodSandbox pod, Container container)
            throws PluginException, InterruptedException {
        tell(
                event,
                method,
                ContainerRequest.newBuilder()
                        .setPod(pod)
                        .setContainer(container)
                        .build());
    }

    private void tell(Event event, String method, MessageLite request) throws PluginException, InterruptedException {
        for (var plugin : plugins) {
            var _ = plugin.ask(event, method, request, Empty.parser());
        }
    }

    /// Before what pods may use is taken down.
    public void update(PodSandbox pod, LinuxResources overhead, LinuxResources resources)
            throws PluginException, InterruptedException {
        tell(
                Event.UPDATE_POD_SANDBOX,
                "UpdatePodSandbox",
                UpdatePodSandboxRequest.newBuilder()
                        .setPod(pod)
                        .setOverheadLinuxResources(overhead)
                        .setLinuxResources(resources)
                        .build());
    }

    /// What plugins make of a container before it is created.
    ///
    /// @throws PluginException when one refuses, two are at odds, or the whole is not valid
    public Adjusted adjust(PodSandbox pod, Container container) throws PluginException, InterruptedException {
        var owners = new Owners();
        var adjustments = new Adjustments(container, owners);
        var updates = new Updates(owners, container.getId());
        var asked = plugins;
        for (var plugin : asked) {
            var answer = plugin.ask(
                    Event.CREATE_CONTAINER,
                    "CreateContainer",
                    ContainerRequest.newBuilder()
                            .setPod(pod)
                            .setContainer(adjustments.container())
                            .build(),
                    CreateContainerResponse.parser());
            if (answer.isPresent()) {
                var name = plugin.name().toString();
                adjustments.add(name, answer.get().getAdjust());
                updates.add(name, answer.get().getUpdateList(), answer.get().getEvictList());
            }
        }
        var adjusted = new Adjusted(adjustments.adjustment(), updates.wishes());
        validate(pod, container, adjusted, owners, asked);
        return adjusted;
    }

    private void validate(PodSandbox pod, Container pristine, Adjusted adjusted, Owners owners, List<Plugin> asked)
            throws PluginException, InterruptedException {
        var event = Event.VALIDATE_CONTAINER_ADJUSTMENT;
        if (!config.validator().isEnabled() && asked.stream().noneMatch(plugin -> plugin.wants(event))) {
            return;
        }
        var request = ValidateContainerAdjustmentRequest.newBuilder()
                .setPod(pod)
                .setContainer(pristine)
                .setAdjust(adjusted.adjustment())
                .addAllUpdate(adjusted.wishes().updates())
                .setOwners(owners.toMessage());
        for (var plugin : asked) {
            if (!plugin.isClosed()) {
                request.addPlugins(PluginInstance.newBuilder()
                        .setName(plugin.name().base())
                        .setIndex(plugin.name().index()));
            }
        }
        var whole = request.build();
        if (config.validator().isEnabled()) {
            new DefaultValidator(config.validator()).check(whole);
        }
        for (var plugin : asked) {
            if (plugin.wants(event)) {
                validate(plugin, whole);
            }
        }
    }

    /// Without a validator's word nothing is valid.
    private static void validate(Plugin plugin, ValidateContainerAdjustmentRequest request)
            throws PluginException, InterruptedException {
        var answer = plugin.ask(
                Event.VALIDATE_CONTAINER_ADJUSTMENT,
                "ValidateContainerAdjustment",
                request,
                ValidateContainerAdjustmentResponse.parser());
        if (answer.isEmpty()) {
            throw new PluginException("NRI plugin " + plugin.name() + ", a validator, does not answer");
        }
        if (answer.get().getReject()) {
            throw new PluginException("NRI plugin " + plugin.name() + " refuses the container: "
                    + answer.get().getReason());
        }
    }

    /// What plugins make of a change of limits.
    ///
    /// @param limits what is asked for, as the plugins make it
    /// @param wishes about others
    public record Changed(LinuxResources limits, Wishes wishes) {}

    public Changed update(PodSandbox pod, Container container, LinuxResources limits)
            throws PluginException, InterruptedException {
        var updates = new Updates(new Owners(), "");
        for (var plugin : plugins) {
            var answer = plugin.ask(
                    Event.UPDATE_CONTAINER,
                    "UpdateContainer",
                    UpdateContainerRequest.newBuilder()
                            .setPod(pod)
                            .setContainer(container)
                            .setLinuxResources(ClaimedLimits.over(limits, updates.limits(container.getId())))
                            .build(),
                    UpdateContainerResponse.parser());
            if (answer.isPresent()) {
                updates.add(
                        plugin.name().toString(),
                        answer.get().getUpdateList(),
                        answer.get().getEvictList());
            }
        }
        var wishes = updates.wishes();
        var others = wishes.updates().stream()
                .filter(update -> !update.getContainerId().equals(container.getId()))
                .toList();
        return new Changed(
                ClaimedLimits.over(limits, updates.limits(container.getId())), new Wishes(others, wishes.evictions()));
    }

    /// What plugins want of others now that a container has ended.
    public Wishes stopped(PodSandbox pod, Container container) throws PluginException, InterruptedException {
        var updates = new Updates(new Owners(), "");
        for (var plugin : plugins) {
            var answer = plugin.ask(
                    Event.STOP_CONTAINER,
                    "StopContainer",
                    ContainerRequest.newBuilder()
                            .setPod(pod)
                            .setContainer(container)
                            .build(),
                    UpdateContainerResponse.parser());
            if (answer.isPresent()) {
                updates.add(plugin.name().toString(), answer.get().getUpdateList(), List.of());
            }
        }
        return updates.wishes();
    }

    /// Lets go of all plugins and ends those that it has started.
    @Override
    public void close() throws IOException {
        closed = true;
        if (listener.isPresent()) {
            listener.get().close();
            Files.deleteIfExists(config.socket());
        }
        plugins.forEach(Plugin::close);
    }
}
