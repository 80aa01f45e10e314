package dev.carafe.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class CniNetworkTest {
    private static final List<String> ALL_ADDED = List.of("ADD first", "ADD second", "ADD third");
    private static final List<String> ALL_DELETED = List.of("DEL third", "DEL second", "DEL first");

    @TempDir
    private Path root;

    private final FakePlugins fake = new FakePlugins();
    private Stage stage;
    private CniNetwork network;

    @BeforeEach
    void open() throws Exception {
        stage = Stage.withChain(root);
        network = stage.open(fake);
    }

    @AfterEach
    void close() {
        network.close();
    }

    private void reopen() {
        network.close();
        network = stage.open(fake);
    }

    private List<Path> cached() throws IOException {
        var results = stage.cache().resolve("results");
        if (!Files.isDirectory(results)) {
            return List.of();
        }
        try (var files = Files.list(results)) {
            return files.toList();
        }
    }

    @Test
    void pluginsAreAddedInOrderEachWithTheResultOfTheOneBefore() throws Exception {
        fake.on("ADD", "second", _ -> FakePlugins.printing("""
                {"cniVersion":"1.0.0","ips":[{"address":"10.9.0.7/24"},{"address":"fd00::7/64"}],"own":1.0}"""));
        var result = network.attach(stage.pod("c1"));
        assertEquals(new AttachmentResult("pods", List.of("10.9.0.7", "fd00::7")), result);
        assertEquals(ALL_ADDED, fake.names());
        var first = fake.last("ADD first").request();
        assertFalse(first.has("prevResult"));
        assertEquals("br0", first.text("bridge"));
        assertEquals("pods", first.text("name"));
        assertEquals(
                JsonParser.parse(FakePlugins.RESULT),
                fake.last("ADD second").request().object("prevResult"));
        assertEquals(
                "{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.9.0.7/24\"},{\"address\":\"fd00::7/64\"}],\"own\":1.0}",
                fake.last("ADD third").request().object("prevResult").toJson());
        assertEquals(
                root.resolve("ns").toString(),
                fake.last("ADD first").parameters().get("CNI_NETNS"));
    }

    @Test
    void portsGoToThePluginThatAsksForThemAndOnlyWhenThereAreSome() throws Exception {
        network.attach(stage.pod("c1", new PortMapping("udp", 53, 5353, "")));
        assertFalse(fake.last("ADD first").request().has("runtimeConfig"));
        assertEquals(
                "{\"portMappings\":[{\"hostPort\":5353,\"containerPort\":53,\"protocol\":\"udp\"}]}",
                fake.last("ADD third").request().object("runtimeConfig").toJson());
        network.attach(stage.pod("c2"));
        assertFalse(fake.last("ADD third").request().has("runtimeConfig"));
    }

    @Test
    void detachingGoesBackwardWithTheResultAndLeavesNothing() throws Exception {
        network.attach(stage.pod("c1"));
        fake.forgetCalls();
        network.detach(stage.pod("c1"));
        assertEquals(ALL_DELETED, fake.names());
        for (var name : ALL_DELETED) {
            assertEquals(
                    JsonParser.parse(FakePlugins.RESULT),
                    fake.last(name).request().object("prevResult"));
        }
        assertEquals(Set.of(), fake.live());
        assertEquals(List.of(), cached());
    }

    @Test
    void beforeVersionFourADeleteHasNoPreviousResult() throws Exception {
        stage.network("10-pods.conflist", Stage.CHAIN.replace("1.0.0", "0.3.1"));
        reopen();
        fake.on("ADD", "first", _ -> FakePlugins.printing("{\"cniVersion\":\"0.3.1\",\"ips\":[]}"));
        network.attach(stage.pod("c1"));
        assertEquals(
                "0.3.1", fake.last("ADD second").request().object("prevResult").text("cniVersion"));
        network.detach(stage.pod("c1"));
        assertFalse(fake.last("DEL first").request().has("prevResult"));
        assertEquals("0.3.1", fake.last("DEL first").request().text("cniVersion"));
    }

    @Test
    void aNamespaceThatIsGoneIsNotGivenToPlugins() throws Exception {
        network.attach(stage.pod("c1"));
        network.detach(stage.pod("c1"));
        assertEquals("", fake.last("DEL first").parameters().get("CNI_NETNS"));
        // An unmounted pin leaves a plain file.
        Files.createFile(root.resolve("ns"));
        network.detach(stage.pod("c1"));
        assertEquals("", fake.last("DEL first").parameters().get("CNI_NETNS"));
    }

    enum Break {
        FIRST,
        SECOND,
        THIRD,
        NO_JSON,
        BAD_ADDRESS,
        CANT_RUN,
        BUG,
        CACHE
    }

    @ParameterizedTest
    @EnumSource
    void anAddThatFailsLeavesNothingWhen(Break breaks) throws Exception {
        switch (breaks) {
            case FIRST -> fake.on("ADD", "first", _ -> FakePlugins.failing(7, "no"));
            case SECOND -> fake.on("ADD", "second", _ -> FakePlugins.failing(7, "no"));
            case THIRD -> fake.on("ADD", "third", _ -> FakePlugins.failing(7, "no"));
            case NO_JSON -> fake.on("ADD", "second", _ -> FakePlugins.printing("Done!"));
            case BAD_ADDRESS ->
                fake.on("ADD", "third", _ -> FakePlugins.printing("{\"ips\":[{\"address\":\"here\"}]}"));
            case CANT_RUN ->
                fake.on("ADD", "second", _ -> {
                    throw new IOException("no memory");
                });
            case BUG ->
                fake.on("ADD", "second", _ -> {
                    throw new IllegalStateException("a bug");
                });
            case CACHE ->
                fake.on("ADD", "third", _ -> {
                    Files.move(stage.cache(), root.resolve("moved"));
                    Files.createFile(stage.cache());
                    return FakePlugins.printing(FakePlugins.RESULT);
                });
        }
        assertThrows(Exception.class, () -> network.attach(stage.pod("c1")));
        assertEquals(Set.of(), fake.live());
        assertEquals(ALL_DELETED, fake.names().reversed().subList(0, 3).reversed());
        if (breaks != Break.CACHE) {
            assertEquals(List.of(), cached());
        }
    }

    @Test
    void afterAFailureEachPluginIsGivenWhatWasReached() throws Exception {
        fake.on("ADD", "third", _ -> FakePlugins.failing(100, "no more ports"));
        var failure = assertThrows(PluginException.class, () -> network.attach(stage.pod("c1")));
        assertEquals(100, failure.code());
        assertEquals("plugin third of network pods, ADD: no more ports (code 100)", failure.getMessage());
        assertEquals(0, failure.getSuppressed().length);
        for (var name : ALL_DELETED) {
            assertEquals(
                    JsonParser.parse(FakePlugins.RESULT),
                    fake.last(name).request().object("prevResult"));
        }
    }

    @Test
    void whatFailsAtTheFirstPluginReachedNothing() {
        fake.on("ADD", "first", _ -> FakePlugins.failing(7, "no"));
        assertThrows(PluginException.class, () -> network.attach(stage.pod("c1")));
        assertFalse(fake.last("DEL first").request().has("prevResult"));
    }

    @Test
    void aFailureToTakeBackIsToldAndCanBeFinishedLater() throws Exception {
        fake.on("ADD", "third", _ -> FakePlugins.failing(7, "no"));
        fake.on("DEL", "first", _ -> FakePlugins.failing(11, "later"));
        var failure = assertThrows(PluginException.class, () -> network.attach(stage.pod("c1")));
        assertTrue(failure.getSuppressed()[0].getMessage().contains("plugin first of network pods, DEL: later"));
        assertEquals(Set.of("first of c1"), fake.live());
        fake.restore("DEL", "first");
        Files.delete(stage.networks().resolve("10-pods.conflist"));
        reopen();
        network.detach(stage.pod("c1"));
        assertEquals(Set.of(), fake.live());
        assertEquals(List.of(), cached());
    }

    @Test
    void anInterruptedAddIsTakenBack() throws Exception {
        var hangs = new CountDownLatch(1);
        fake.on("ADD", "second", _ -> {
            hangs.countDown();
            new CountDownLatch(1).await();
            throw new AssertionError();
        });
        var thread = Thread.ofVirtual()
                .start(() -> assertThrows(InterruptedException.class, () -> network.attach(stage.pod("c1"))));
        hangs.await();
        thread.interrupt();
        thread.join();
        assertEquals(Set.of(), fake.live());
        assertEquals(List.of(), cached());
    }

    @Test
    void aDeletePassesAPluginThatFailsAndTheAttachmentIsKept() throws Exception {
        network.attach(stage.pod("c1"));
        fake.on("DEL", "third", _ -> FakePlugins.failing(11, "later"));
        fake.on("DEL", "second", _ -> FakePlugins.failing(11, "later too"));
        var failure = assertThrows(PluginException.class, () -> network.detach(stage.pod("c1")));
        assertEquals(11, failure.code());
        assertEquals(1, failure.getSuppressed().length);
        assertEquals(Set.of("second of c1", "third of c1"), fake.live());
        assertEquals(1, cached().size());
        fake.restore("DEL", "second").restore("DEL", "third");
        network.detach(stage.pod("c1"));
        assertEquals(Set.of(), fake.live());
    }

    @Test
    void aContainerThatAPluginDoesNotKnowIsDetached() throws Exception {
        network.attach(stage.pod("c1"));
        fake.on("DEL", "second", _ -> FakePlugins.failing(3, "unknown container"));
        network.detach(stage.pod("c1"));
        assertEquals(List.of(), cached());
    }

    @Test
    void detachingUsesTheConfigurationOfTheAttachmentWhenAnotherCame() throws Exception {
        network.attach(stage.pod("c1"));
        stage.pluginFiles("other").network("10-pods.conflist", """
                {"cniVersion":"0.4.0","name":"others","plugins":[{"type":"other"}]}""");
        reopen();
        fake.forgetCalls();
        network.detach(stage.pod("c1"));
        assertEquals(ALL_DELETED, fake.names());
        assertEquals("pods", fake.last("DEL first").request().text("name"));
        assertEquals("1.0.0", fake.last("DEL first").request().text("cniVersion"));
        assertEquals("br0", fake.last("DEL first").request().text("bridge"));
        network.attach(stage.pod("c2"));
        assertEquals("others", fake.last("ADD other").request().text("name"));
    }

    @Test
    void detachingWorksWithoutAnyConfiguration() throws Exception {
        network.attach(stage.pod("c1"));
        Files.delete(stage.networks().resolve("10-pods.conflist"));
        reopen();
        fake.forgetCalls();
        network.detach(stage.pod("c1"));
        assertEquals(ALL_DELETED, fake.names());
        fake.forgetCalls();
        network.detach(stage.pod("c1"));
        assertEquals(List.of(), fake.names());
    }

    @Test
    void aPodOfWhichNothingIsKnownIsDetachedByTheCurrentConfiguration() throws Exception {
        network.attach(stage.pod("c1"));
        Files.delete(cached().getFirst());
        fake.forgetCalls();
        network.detach(stage.pod("c1"));
        assertEquals(ALL_DELETED, fake.names());
        assertFalse(fake.last("DEL first").request().has("prevResult"));
        assertEquals(Set.of(), fake.live());
    }

    @Test
    void withoutANetworkNothingIsAttached() throws Exception {
        Files.delete(stage.networks().resolve("10-pods.conflist"));
        reopen();
        var failure = assertThrows(IOException.class, () -> network.attach(stage.pod("c1")));
        assertTrue(failure.getMessage().contains("no CNI configuration file in " + stage.networks()));
        assertEquals(List.of(), fake.calls());
    }

    @Test
    void whatIsPostponedIsRetriedByTheNextDaemonToo() throws Exception {
        var pod = stage.pod("c1", new PortMapping("tcp", 80, 8080, "127.0.0.1"));
        network.attach(pod);
        fake.on("DEL", "third", _ -> FakePlugins.failing(11, "later"));
        assertThrows(IOException.class, () -> network.detach(pod));
        network.postpone(pod);
        assertEquals(1, network.retryPostponed());
        reopen();
        assertEquals(1, network.retryPostponed());
        assertEquals(Set.of("third of c1"), fake.live());
        fake.restore("DEL", "third");
        assertEquals(0, network.retryPostponed());
        assertEquals(
                8080,
                ((JsonObject) fake.last("DEL third")
                                .request()
                                .object("runtimeConfig")
                                .list("portMappings")
                                .getFirst())
                        .integer("hostPort"));
        assertEquals(Set.of(), fake.live());
        assertEquals(List.of(), cached());
        reopen();
        fake.forgetCalls();
        assertEquals(0, network.retryPostponed());
        assertEquals(List.of(), fake.calls());
    }

    @Test
    void onePluginsFailureKeepsNoOtherRetryBack() throws Exception {
        for (var i = 0; i < 20; i++) {
            network.attach(stage.pod("c" + i));
            network.postpone(stage.pod("c" + i));
        }
        fake.on("DEL", "second", call -> {
            if (call.parameters().get("CNI_CONTAINERID").equals("c7")) {
                throw new IllegalStateException("a bug");
            }
            return FakePlugins.printing("");
        });
        assertEquals(1, network.retryPostponed());
        assertTrue(fake.live().contains("second of c7"));
        assertTrue(fake.live().stream().allMatch(resource -> resource.endsWith(" of c7")), fake.live()::toString);
    }

    @Test
    void aDetachmentThatSucceedsNeedsNoRetry() throws Exception {
        network.attach(stage.pod("c1"));
        network.postpone(stage.pod("c1"));
        network.detach(stage.pod("c1"));
        fake.forgetCalls();
        assertEquals(0, network.retryPostponed());
        assertEquals(List.of(), fake.calls());
    }

    @Test
    void aDamagedNoteIsSetAsideAndTheOthersAreRetried() throws Exception {
        network.attach(stage.pod("c1"));
        network.postpone(stage.pod("c1"));
        Files.writeString(stage.postponed().resolve("c2.json"), "{\"containerId\":");
        Files.writeString(stage.postponed().resolve("c3.json"), "{\"containerId\":\"../x\"}");
        assertEquals(0, network.retryPostponed());
        assertEquals(Set.of(), fake.live());
        assertTrue(Files.exists(stage.postponed().resolve("c2.json.damaged")));
        assertTrue(Files.exists(stage.postponed().resolve("c3.json.damaged")));
    }

    @Test
    void podsAreAttachedSideBySide() throws Exception {
        var together = new CyclicBarrier(5);
        fake.on("ADD", "second", call -> {
            try {
                together.await(30, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IOException(e);
            }
            return FakePlugins.printing(call.request().object("prevResult").toJson());
        });
        var pods = new ArrayList<Callable<AttachmentResult>>();
        for (var i = 0; i < 5; i++) {
            var pod = stage.pod("c" + i);
            pods.add(() -> network.attach(pod));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var attached : threads.invokeAll(pods)) {
                assertEquals(List.of("10.9.0.2"), attached.get().addresses());
            }
        }
    }

    @Test
    void onePodsOperationsComeOneAfterTheOther() throws Exception {
        var inside = new AtomicInteger();
        FakePlugins.Reaction alone = call -> {
            assertEquals(1, inside.incrementAndGet());
            // Long enough for another to come in, were it let.
            LockSupport.parkNanos(200_000);
            inside.decrementAndGet();
            return FakePlugins.printing(call.command().equals("ADD") ? FakePlugins.RESULT : "");
        };
        for (var plugin : List.of("first", "second", "third")) {
            fake.on("ADD", plugin, alone).on("DEL", plugin, alone);
        }
        var operations = new ArrayList<Callable<Object>>();
        for (var i = 0; i < 10; i++) {
            operations.add(() -> network.attach(stage.pod("c1")));
            operations.add(() -> {
                network.detach(stage.pod("c1"));
                return "";
            });
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var done : threads.invokeAll(operations)) {
                done.get();
            }
        }
    }
}
