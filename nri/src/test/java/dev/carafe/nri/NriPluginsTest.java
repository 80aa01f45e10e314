package dev.carafe.nri;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.api.nri.Container;
import dev.carafe.api.nri.ContainerAdjustment;
import dev.carafe.api.nri.ContainerEviction;
import dev.carafe.api.nri.ContainerRequest;
import dev.carafe.api.nri.ContainerUpdate;
import dev.carafe.api.nri.CreateContainerResponse;
import dev.carafe.api.nri.Empty;
import dev.carafe.api.nri.Event;
import dev.carafe.api.nri.Hook;
import dev.carafe.api.nri.Hooks;
import dev.carafe.api.nri.PodSandbox;
import dev.carafe.api.nri.RegisterPluginRequest;
import dev.carafe.api.nri.StateChangeEvent;
import dev.carafe.api.nri.UpdateContainersRequest;
import dev.carafe.api.nri.ValidateContainerAdjustmentRequest;
import dev.carafe.api.nri.ValidateContainerAdjustmentResponse;
import dev.carafe.linux.SocketPair;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Plugins over real sockets.
@Timeout(60)
class NriPluginsTest {
    private static final NriConfig.Runtime RUNTIME = new NriConfig.Runtime("carafe", "1");
    private static final Duration REQUEST_TIMEOUT = Duration.ofMillis(500);
    private static final PodSandbox POD = PodSandbox.newBuilder().setId("p").build();
    private static final Container CONTAINER =
            Container.newBuilder().setId("c").setName("main").build();

    @TempDir
    private Path folder;

    private final List<Wishes> wishes = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> closing = new ArrayList<>();
    private Node.State state = new Node.State(List.of(POD), List.of());

    private final class TestNode implements Node {
        @Override
        public State state() {
            return state;
        }

        @Override
        public List<ContainerUpdate> fulfil(Wishes wanted) {
            if (!wanted.equals(Wishes.NONE)) {
                wishes.add(wanted);
            }
            return wanted.updates();
        }
    }

    private NriConfig config(ValidatorRules validator) {
        return new NriConfig(
                true,
                socket(),
                true,
                folder.resolve("plugins"),
                folder.resolve("conf"),
                Duration.ofSeconds(5),
                REQUEST_TIMEOUT,
                validator);
    }

    private NriPlugins open(ValidatorRules validator) throws IOException, InterruptedException {
        var plugins = new NriPlugins(config(validator), RUNTIME, new TestNode());
        closing.add(plugins);
        plugins.open();
        return plugins;
    }

    private Path socket() {
        return folder.resolve("run").resolve("nri.sock");
    }

    private TestPlugin plugin() throws IOException {
        var plugin = TestPlugin.connected(socket());
        closing.add(plugin);
        return plugin;
    }

    @AfterEach
    void close() throws Exception {
        for (var part : closing.reversed()) {
            part.close();
        }
    }

    private static void await(BooleanCondition condition) throws Exception {
        while (!condition.holds()) {
            Thread.sleep(5);
        }
    }

    private interface BooleanCondition {
        boolean holds() throws Exception;
    }

    private static void awaitSynchronized(TestPlugin plugin) throws Exception {
        await(() -> plugin.calls().contains("Synchronize"));
    }

    @Test
    void aPluginIsConfiguredAndToldWhatThereIsAndOnlyRootReachesTheSocket() throws Exception {
        var plugins = open(ValidatorRules.NONE);
        assertTrue(plugins.isIdle());
        var plugin = plugin().register("10", "first", Event.STOP_POD_SANDBOX);
        awaitSynchronized(plugin);
        assertFalse(plugins.isIdle());
        plugins.tell(Event.RUN_POD_SANDBOX, "RunPodSandbox", POD);
        plugins.tell(Event.STOP_POD_SANDBOX, "StopPodSandbox", POD);
        assertEquals(List.of("Configure", "Synchronize", "StopPodSandbox"), plugin.calls());
        var configuration = plugin.configurations().getFirst();
        assertEquals("carafe", configuration.getRuntimeName());
        assertEquals(REQUEST_TIMEOUT.toMillis(), configuration.getRequestTimeout());
        assertEquals(List.of(POD), plugin.synchronizations().getFirst().getPodsList());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())));
    }

    @Test
    void whatIsTooMuchForOneRequestIsToldInSeveral() throws Exception {
        var text = "x".repeat(1 << 20);
        state = new Node.State(
                List.of(POD),
                Stream.generate(() ->
                                CONTAINER.toBuilder().setStatusMessage(text).build())
                        .limit(10)
                        .toList());
        open(ValidatorRules.NONE);
        var plugin = plugin().register("10", "first");
        await(() -> plugin.synchronizations().stream()
                        .mapToInt(request -> request.getContainersCount())
                        .sum()
                == 10);
        var requests = plugin.synchronizations();
        assertTrue(requests.size() >= 3, "" + requests.size());
        assertFalse(requests.getLast().getMore());
        assertTrue(requests.stream().limit(requests.size() - 1).allMatch(request -> request.getMore()));
    }

    @Test
    void pluginsAreAskedInTheOrderOfTheirIndexesAndEachSeesWhatThoseBeforeItMade() throws Exception {
        var plugins = open(ValidatorRules.NONE);
        var seen = new CopyOnWriteArrayList<String>();
        for (var index : List.of("50", "05", "20")) {
            var plugin = plugin().on("CreateContainer", request -> {
                seen.add(index
                        + ContainerRequest.parseFrom(request).getContainer().getAnnotationsMap().keySet().stream()
                                .sorted()
                                .toList());
                return CreateContainerResponse.newBuilder()
                        .setAdjust(ContainerAdjustment.newBuilder().putAnnotations("by-" + index, "yes"))
                        .build();
            });
            awaitSynchronized(plugin.register(index, "p", Event.CREATE_CONTAINER));
        }
        var adjusted = plugins.adjust(POD, CONTAINER);
        assertEquals(List.of("05[]", "20[by-05]", "50[by-05, by-20]"), seen);
        assertEquals(3, adjusted.adjustment().getAnnotationsCount());
    }

    @Test
    void aRefusalEndsTheRequestAndThePluginStays() throws Exception {
        var plugins = open(ValidatorRules.NONE);
        var plugin = plugin().on("CreateContainer", _ -> {
            throw new IllegalStateException("not here");
        });
        awaitSynchronized(plugin.register("10", "strict"));
        for (var round = 0; round < 2; round++) {
            var failure = assertThrows(PluginException.class, () -> plugins.adjust(POD, CONTAINER));
            assertEquals("NRI plugin 10-strict refuses CreateContainer: not here", failure.getMessage());
        }
    }

    @Test
    void aPluginThatHangsHoldsUpOneRequestForTheTimeoutAndIsLetGoOf() throws Exception {
        var plugins = open(ValidatorRules.NONE);
        var plugin = plugin().on("RunPodSandbox", _ -> {
            Thread.sleep(Duration.ofMinutes(1));
            return Empty.getDefaultInstance();
        });
        awaitSynchronized(plugin.register("10", "hanging"));
        var begun = System.nanoTime();
        plugins.tell(Event.RUN_POD_SANDBOX, "RunPodSandbox", POD);
        var took = Duration.ofNanos(System.nanoTime() - begun);
        assertTrue(took.compareTo(REQUEST_TIMEOUT) >= 0, took::toString);
        assertTrue(took.compareTo(REQUEST_TIMEOUT.multipliedBy(10)) < 0, took::toString);
        await(plugins::isIdle);
        await(() -> plugin.calls().contains("closed"));
    }

    @Test
    void aPluginThatGoesIsForgotten() throws Exception {
        var plugins = open(ValidatorRules.NONE);
        var plugin = plugin().register("10", "short");
        awaitSynchronized(plugin);
        plugin.close();
        await(plugins::isIdle);
        plugins.tell(Event.RUN_POD_SANDBOX, "RunPodSandbox", POD);
    }

    @Test
    void garbageClosesItsConnectionAndNoOther() throws Exception {
        var seed = Long.getLong("carafe.test.seed", System.nanoTime());
        var random = new Random(seed);
        var plugins = open(ValidatorRules.NONE);
        var good = plugin().register("10", "good");
        awaitSynchronized(good);
        for (var round = 0; round < 200; round++) {
            try (var bad = TestPlugin.connected(socket())) {
                var bytes = new byte[8 + random.nextInt(200)];
                random.nextBytes(bytes);
                if (random.nextBoolean()) {
                    // A part for one of the connections that are read, of a length that may be.
                    ByteBuffer.wrap(bytes).putInt(1 + random.nextInt(2)).putInt(random.nextInt(300));
                }
                bad.write(bytes);
            } catch (IOException closedAlready) {
                assertTrue(good.calls().contains("Synchronize"));
            }
        }
        plugins.tell(Event.RUN_POD_SANDBOX, "RunPodSandbox", POD);
        assertTrue(good.calls().contains("RunPodSandbox"), "seed " + seed);
        awaitSynchronized(registeredWhenThereIsRoom());
    }

    /// The last ones before it may not be gone yet.
    private TestPlugin registeredWhenThereIsRoom() throws Exception {
        var registered = new ArrayList<TestPlugin>();
        await(() -> {
            try {
                return registered.add(plugin().register("20", "later"));
            } catch (IOException isFull) {
                return false;
            }
        });
        return registered.getFirst();
    }

    @Test
    void aConnectionThatEndsBeforeItRegistersIsNotWaitedFor() throws Exception {
        var admission = new Admission(config(ValidatorRules.NONE), RUNTIME, new TestNode(), Optional.empty());
        try (var pair = SocketPair.open()) {
            pair.theirs().close();
            var refusal = assertThrows(IOException.class, () -> admission.admit(pair.ours(), "", () -> {}));
            assertEquals("its connection ended before it registered", refusal.getMessage());
        }
    }

    @Test
    void aSocketAtWhichAnotherListensStaysThatOnes() throws Exception {
        Files.createDirectories(socket().getParent());
        try (var other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(socket()));
            open(ValidatorRules.NONE);
            try (var _ = TestPlugin.connected(socket());
                    var arrived = other.accept()) {
                assertTrue(arrived.isConnected());
            }
        }
        open(ValidatorRules.NONE); // what it has left is taken
        awaitSynchronized(plugin().register("10", "first"));
    }

    @Test
    void aBadNameOrIndexIsRefused() throws Exception {
        open(ValidatorRules.NONE);
        for (var index : List.of("", "1", "111", "x1")) {
            var plugin = plugin();
            assertThrows(IOException.class, () -> plugin.register(index, "name"));
        }
        var plugin = plugin();
        assertThrows(IOException.class, () -> plugin.register("10", "a/b"));
    }

    @Test
    void aPluginOfAnOlderReleaseIsToldOfAStateChange() throws Exception {
        var plugins = open(ValidatorRules.NONE);
        var changes = new CopyOnWriteArrayList<Event>();
        var plugin = plugin().lacking("RunPodSandbox")
                .lacking("PostCreateContainer")
                .on("StateChange", request -> {
                    changes.add(StateChangeEvent.parseFrom(request).getEvent());
                    return Empty.getDefaultInstance();
                });
        awaitSynchronized(plugin.register("10", "older"));
        plugins.tell(Event.RUN_POD_SANDBOX, "RunPodSandbox", POD);
        plugins.tell(Event.POST_CREATE_CONTAINER, "PostCreateContainer", POD, CONTAINER);
        plugins.tell(Event.RUN_POD_SANDBOX, "RunPodSandbox", POD);
        assertEquals(List.of(Event.RUN_POD_SANDBOX, Event.POST_CREATE_CONTAINER, Event.RUN_POD_SANDBOX), changes);
        assertEquals(
                1,
                plugin.calls().stream().filter("RunPodSandbox"::equals).count(),
                "it is asked for the new form once");
    }

    @Test
    void aValidatorSeesAllAdjustmentsAndMayRefuseThem() throws Exception {
        var plugins = open(ValidatorRules.NONE);
        var adjusting = plugin().on(
                        "CreateContainer",
                        _ -> CreateContainerResponse.newBuilder()
                                .setAdjust(ContainerAdjustment.newBuilder().putAnnotations("key", "value"))
                                .build());
        awaitSynchronized(adjusting.register("10", "adjusting", Event.CREATE_CONTAINER));
        var validator = plugin().on("ValidateContainerAdjustment", request -> {
            var whole = ValidateContainerAdjustmentRequest.parseFrom(request);
            return ValidateContainerAdjustmentResponse.newBuilder()
                    .setReject(whole.getAdjust().containsAnnotations("key")
                            && whole.getOwners().toString().contains("10-adjusting")
                            && whole.getPluginsCount() == 2)
                    .setReason("it is too much")
                    .build();
        });
        awaitSynchronized(validator.register("90", "validator", Event.VALIDATE_CONTAINER_ADJUSTMENT));
        var failure = assertThrows(PluginException.class, () -> plugins.adjust(POD, CONTAINER));
        assertEquals("NRI plugin 90-validator refuses the container: it is too much", failure.getMessage());
        validator.close();
        await(() -> Files.exists(socket()) && adjusts(plugins));
    }

    private static boolean adjusts(NriPlugins plugins) throws InterruptedException {
        try {
            return plugins.adjust(POD, CONTAINER).adjustment().getAnnotationsCount() == 1;
        } catch (PluginException notYet) {
            return false;
        }
    }

    @Test
    void theDefaultValidatorHoldsPluginsToItsRules() throws Exception {
        var plugins =
                open(new ValidatorRules(true, true, false, false, false, false, List.of("guard"), "lenient.example"));
        var missing = assertThrows(PluginException.class, () -> plugins.adjust(POD, CONTAINER));
        assertTrue(missing.getMessage().endsWith("required plugins are not there: guard"), missing.getMessage());
        var lenient = POD.toBuilder()
                .putAnnotations("lenient.example/container.main", "true")
                .build();
        plugins.adjust(lenient, CONTAINER);
        var guard = plugin().on(
                        "CreateContainer",
                        _ -> CreateContainerResponse.newBuilder()
                                .setAdjust(ContainerAdjustment.newBuilder()
                                        .setHooks(Hooks.newBuilder()
                                                .addPrestart(Hook.newBuilder().setPath("/x"))))
                                .build());
        awaitSynchronized(guard.register("10", "guard"));
        var refused = assertThrows(PluginException.class, () -> plugins.adjust(POD, CONTAINER));
        assertEquals("the default NRI validator refuses it: plugin 10-guard adds OCI hooks", refused.getMessage());
        var wanting = POD.toBuilder()
                .putAnnotations("required-plugins.noderesource.dev", "[\"guard\", \"10-other\"]")
                .build();
        guard.on("CreateContainer", _ -> Empty.getDefaultInstance());
        var more = assertThrows(PluginException.class, () -> plugins.adjust(wanting, CONTAINER));
        assertTrue(more.getMessage().endsWith("not there: 10-other"), more.getMessage());
    }

    @Test
    void aPluginRegistersOnceAndAsksForNothingBefore() throws Exception {
        open(ValidatorRules.NONE);
        var early = plugin().serveFromNowOn();
        var update = UpdateContainersRequest.newBuilder()
                .addEvict(ContainerEviction.newBuilder().setContainerId("c"))
                .build();
        assertEquals(
                "it has not registered",
                assertThrows(IOException.class, () -> early.update(update)).getMessage());
        assertEquals(List.of(), wishes);
        var plugin = plugin().register("10", "once");
        awaitSynchronized(plugin);
        var again = RegisterPluginRequest.newBuilder()
                .setPluginIdx("20")
                .setPluginName("twice")
                .build();
        assertEquals(
                "it has registered already",
                assertThrows(IOException.class, () -> plugin.call("RegisterPlugin", again))
                        .getMessage());
    }

    @Test
    void aPluginMayAskForUpdatesAndEvictionsByItself() throws Exception {
        open(ValidatorRules.NONE);
        var plugin = plugin().register("10", "busy");
        awaitSynchronized(plugin);
        var update = ContainerUpdate.newBuilder().setContainerId("c").build();
        var eviction = ContainerEviction.newBuilder().setContainerId("d").build();
        var answer = plugin.update(UpdateContainersRequest.newBuilder()
                .addUpdate(update)
                .addEvict(eviction)
                .build());
        assertEquals(List.of(update), answer.getFailedList());
        assertEquals(List.of(new Wishes(List.of(update), List.of(eviction))), wishes);
        assertThrows(IOException.class, () -> plugin.call("Nothing", Empty.getDefaultInstance()));
    }
}
