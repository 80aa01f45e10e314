package dev.carafe.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// STATUS, CHECK and GC, and what plugins are told by capability.
@Timeout(60)
class LifecycleTest {
    private static final String NEWEST = Stage.CHAIN.replace("1.0.0", "1.1.0");

    @TempDir
    private Path root;

    private final FakePlugins fake = new FakePlugins();
    private final FakePacketFilter filter = new FakePacketFilter();
    private Stage stage;
    private CniNetwork network;

    @BeforeEach
    void open() throws Exception {
        stage = Stage.withChain(root).network("10-pods.conflist", NEWEST);
        network = stage.open(fake);
    }

    @AfterEach
    void close() {
        network.close();
    }

    private void reopen(String configuration) throws Exception {
        reopen(configuration, NetworkConfig.Choices.USUAL);
    }

    private void reopen(String configuration, NetworkConfig.Choices choices) throws Exception {
        network.close();
        stage.network("10-pods.conflist", configuration);
        network = new CniNetwork(stage.config(choices, NetworkConfig.Limits.USUAL), fake, filter);
        assertEquals(new NetworkStatus.Ready("pods", List.of()), network.status());
        fake.forgetCalls();
    }

    private static String with(String member) {
        return NEWEST.replace("\"name\"", member + ",\"name\"");
    }

    @Test
    void aNetworkWhosePluginIsNotAvailableIsNotReadyForThePluginsReasonAndComesBack() throws Exception {
        fake.on("STATUS", "second", _ -> FakePlugins.failing(50, "no daemon"));
        Stage.await("it is not ready", () -> network.status() instanceof NetworkStatus.NotReady);
        var status = assertInstanceOf(NetworkStatus.NotReady.class, network.status());
        assertEquals("NetworkPluginNotReady", status.reason());
        assertEquals("plugin second of network pods, STATUS: no daemon (code 50)", status.message());
        fake.restore("STATUS", "second");
        Stage.await("it is ready", () -> network.status() instanceof NetworkStatus.Ready);
    }

    @Test
    void theFirstStatusKnowsWhatPluginsSay() throws Exception {
        network.close();
        fake.on("STATUS", "first", _ -> FakePlugins.failing(51, "limited"));
        network = stage.open(fake);
        assertInstanceOf(NetworkStatus.NotReady.class, network.status());
    }

    @Test
    void statusIsAskedWithTheConfigurationOnlySinceItExists() throws Exception {
        reopen(NEWEST);
        Stage.await("STATUS", () -> fake.names().contains("STATUS third"));
        var call = fake.last("STATUS first");
        assertEquals("br0", call.request().text("bridge"));
        assertEquals("1.1.0", call.request().text("cniVersion"));
        assertEquals(Set.of("CNI_COMMAND", "CNI_PATH"), call.parameters().keySet());
        reopen(Stage.CHAIN);
        network.attach(stage.pod("c1"));
        assertFalse(fake.names().toString().contains("STATUS"), fake.names()::toString);
    }

    @Test
    void aNetworkThatWasAvailableStaysSoForTheGrace() throws Exception {
        network.close();
        var now = new AtomicLong();
        var plugins = new Plugins(List.of(stage.plugins()), fake, NetworkConfig.Limits.USUAL);
        var health = new NetworkHealth(plugins, Duration.ofSeconds(10), now::get);
        var pods = NetworkList.parse(JsonParser.parseObject(NEWEST.getBytes(StandardCharsets.UTF_8)), "f");
        fake.on("STATUS", "second", _ -> FakePlugins.failing(50, "no daemon"));
        health.ask(pods);
        assertTrue(health.problem(pods).isPresent(), "it was never available");
        fake.restore("STATUS", "second");
        health.ask(pods);
        assertTrue(health.problem(pods).isEmpty());
        fake.on("STATUS", "second", _ -> FakePlugins.failing(50, "no daemon"));
        health.ask(pods);
        now.set(Duration.ofSeconds(9).toNanos());
        health.ask(pods);
        assertTrue(health.problem(pods).isEmpty());
        now.set(Duration.ofSeconds(10).toNanos());
        assertTrue(health.problem(pods).isPresent());
    }

    @Test
    void checkGoesForwardWithTheResultOfTheAdd() throws Exception {
        network.attach(stage.pod("c1", new PortMapping("tcp", 80, 8080, "")));
        fake.forgetCalls();
        network.check(stage.pod("c1"));
        assertEquals(
                List.of("CHECK first", "CHECK second", "CHECK third"),
                fake.names().stream().filter(name -> name.startsWith("CHECK")).toList());
        var last = fake.last("CHECK third");
        assertEquals(JsonParser.parse(FakePlugins.RESULT), last.request().object("prevResult"));
        assertTrue(last.request().object("runtimeConfig").has("portMappings"));
        assertEquals(root.resolve("ns").toString(), last.parameters().get("CNI_NETNS"));
        fake.on("CHECK", "second", _ -> FakePlugins.failing(101, "the route is gone"));
        var failure = assertThrows(PluginException.class, () -> network.check(stage.pod("c1")));
        assertEquals("plugin second of network pods, CHECK: the route is gone (code 101)", failure.getMessage());
    }

    @Test
    void nothingIsCheckedWhereThatIsForbiddenUnknownOrImpossible() throws Exception {
        for (var configuration : List.of(with("\"disableCheck\":true"), NEWEST.replace("1.1.0", "0.3.1"))) {
            reopen(configuration);
            network.attach(stage.pod("c1"));
            network.check(stage.pod("c1"));
            network.detach(stage.pod("c1"));
        }
        network.check(stage.pod("c1"));
        assertFalse(fake.names().toString().contains("CHECK"), fake.names()::toString);
    }

    @Test
    void garbageIsCollectedWithTheAttachmentsThereAre() throws Exception {
        network.attach(stage.pod("c1"));
        fake.forgetCalls();
        fake.on("GC", "second", _ -> FakePlugins.failing(7, "no"));
        assertTrue(network.collectGarbage(() -> List.of(stage.pod("c1"), stage.pod("c2")), root));
        assertEquals(
                List.of("GC first", "GC second", "GC third"),
                fake.names().stream().filter(name -> name.startsWith("GC")).toList());
        var call = fake.last("GC third");
        assertEquals(Map.of("CNI_COMMAND", "GC", "CNI_PATH", stage.plugins().toString()), call.parameters());
        assertEquals(
                "[{\"containerID\":\"c1\",\"ifname\":\"eth0\"},{\"containerID\":\"c2\",\"ifname\":\"eth0\"}]",
                new Json.Array(call.request().list("cni.dev/valid-attachments")).toJson());
        assertFalse(call.request().has("prevResult"));
    }

    @Test
    void noGarbageIsCollectedWhereThatIsForbiddenOrUnknown() throws Exception {
        for (var configuration : List.of(with("\"disableGC\":\"true\""), Stage.CHAIN)) {
            reopen(configuration);
            assertTrue(network.collectGarbage(List::of, root));
        }
        assertFalse(fake.names().toString().contains("GC"), fake.names()::toString);
    }

    @Test
    void aPodThatNobodyKnowsAnyMoreIsDetachedAndThoseOfOthersAreNot() throws Exception {
        network.attach(stage.pod("lost"));
        network.attach(stage.pod("known"));
        assertTrue(network.collectGarbage(() -> List.of(stage.pod("known")), root.resolve("elsewhere")));
        assertEquals(0, network.retryPostponed());
        assertEquals(6, fake.live().size());
        assertTrue(network.collectGarbage(() -> List.of(stage.pod("known")), root));
        assertEquals(0, network.retryPostponed());
        assertEquals(Set.of("first of known", "second of known", "third of known"), fake.live());
        var arguments = fake.last("DEL first").parameters().getOrDefault("CNI_ARGS", "");
        assertTrue(arguments.contains("K8S_POD_NAME=web;"), arguments);
    }

    @Test
    void whileAPodIsAttachedNoGarbageIsCollected() throws Exception {
        var hangs = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        fake.on("ADD", "second", call -> {
            hangs.countDown();
            go.await();
            return FakePlugins.printing(call.request().object("prevResult").toJson());
        });
        var thread = Thread.ofVirtual().start(() -> {
            try {
                network.attach(stage.pod("c1"));
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        hangs.await();
        assertFalse(network.collectGarbage(List::of, root));
        go.countDown();
        thread.join();
        assertTrue(network.collectGarbage(() -> List.of(stage.pod("c1")), root));
    }

    @Test
    void withoutANetworkGarbageIsLeftForLater() throws Exception {
        Files.delete(stage.networks().resolve("10-pods.conflist"));
        Stage.await("the loss", () -> network.status() instanceof NetworkStatus.NotReady);
        assertFalse(network.collectGarbage(List::of, root));
    }

    @Test
    void eachPluginGetsTheCapabilitiesThatItAsksForAndADeleteTheSame() throws Exception {
        reopen(NEWEST.replace(
                "\"capabilities\":{\"portMappings\":true}",
                "\"capabilities\":{\"bandwidth\":true,\"dns\":true,\"ipRanges\":true,\"ips\":true,\"mac\":true,"
                        + "\"cgroupPath\":true,\"infinibandGUID\":true,\"deviceID\":true,"
                        + "\"io.kubernetes.cri.pod-annotations\":true}"));
        network.usePodRanges(List.of("10.1.2.0/24", "fd00:1::/64"));
        var arguments = new RuntimeArguments(
                List.of(),
                new RuntimeArguments.Bandwidth(1_000_000, 2_000_000),
                new RuntimeArguments.Dns(List.of("10.0.0.10"), List.of("a.local"), List.of("ndots:5")),
                "/kubepods/pod1",
                Map.of("b", "2", "a", "1"),
                new RuntimeArguments.Wishes(
                        List.of("10.1.2.7/24"), "02:00:00:00:00:01", "02:00:00:00:00:00:00:01", "0000:04:00.5"));
        var pod = new Attachment("c1", root.resolve("ns"), "default", "web", "u-1", arguments);
        network.attach(pod);
        var told = fake.last("ADD third").request().object("runtimeConfig");
        assertEquals("""
                {"bandwidth":{"ingressRate":1000000,"ingressBurst":34359738352,\
                "egressRate":2000000,"egressBurst":34359738352},\
                "dns":{"servers":["10.0.0.10"],"searches":["a.local"],"options":["ndots:5"]},\
                "cgroupPath":"/kubepods/pod1","ips":["10.1.2.7/24"],"mac":"02:00:00:00:00:01",\
                "infinibandGUID":"02:00:00:00:00:00:00:01","deviceID":"0000:04:00.5",\
                "io.kubernetes.cri.pod-annotations":{"a":"1","b":"2"},\
                "ipRanges":[[{"subnet":"10.1.2.0/24"}],[{"subnet":"fd00:1::/64"}]]}""", told.toJson());
        assertFalse(fake.last("ADD first").request().has("runtimeConfig"));
        network.usePodRanges(List.of("10.9.9.0/24"));
        network.detach(stage.pod("c1"));
        assertEquals(told, fake.last("DEL third").request().object("runtimeConfig"));
    }

    @Test
    void aRecordOfRangesThatIsCutOffCostsThemUntilTheyAreToldAgain() throws Exception {
        network.usePodRanges(List.of("10.1.2.0/24"));
        var file = stage.state().resolve("pod-ranges.json");
        var whole = Files.readString(file).strip();
        for (var length = 0; length < whole.length(); length++) {
            var cut = whole.substring(0, length);
            Files.writeString(file, cut);
            assertEquals(List.of(), new PodRanges(stage.state()).all(), cut);
        }
        new PodRanges(stage.state()).use(List.of("10.1.2.0/24"));
        assertEquals(whole, Files.readString(file).strip());
    }

    @Test
    void rangesOfAddressesSurviveAndMustBeRanges() throws Exception {
        network.usePodRanges(List.of("10.1.2.0/24"));
        for (var wrong : List.of("10.1.2.1/24", "10.1.2.0", "10.1.2.0/33", "pods")) {
            assertThrows(IllegalArgumentException.class, () -> network.usePodRanges(List.of(wrong)), wrong);
        }
        var ranges = new PodRanges(stage.state());
        assertEquals(
                "{\"ipRanges\":[[{\"subnet\":\"10.1.2.0/24\"}]]}",
                ranges.addTo(JsonObject.EMPTY).toJson());
    }

    @Test
    void hostPortsThatNoPluginTakesGetRulesAndLoseThem() throws Exception {
        var chain = NEWEST.replace("\"capabilities\":{\"portMappings\":true}", "\"x\":1");
        reopen(chain);
        var pod = stage.pod("c1", new PortMapping("tcp", 80, 8080, "192.0.2.1"));
        network.attach(pod);
        assertTrue(filter.rules().contains("10.9.0.2 . 80"), filter.rules());
        reopen(chain);
        network.restore(List.of(pod));
        network.sweepHostPorts();
        assertTrue(filter.rules().contains("10.9.0.2 . 80"), filter.rules());
        network.detach(pod);
        assertFalse(filter.rules().contains("10.9.0.2"), filter.rules());
    }

    @Test
    void hostPortsThatAPluginTakesOrThatAreLeftToPluginsGetNoRules() throws Exception {
        reopen(NEWEST);
        network.attach(stage.pod("c1", new PortMapping("tcp", 80, 8080, "")));
        var taken = assertThrows(
                HostPortTaken.class, () -> network.attach(stage.pod("c2", new PortMapping("tcp", 80, 8080, ""))));
        assertTrue(String.valueOf(taken.getMessage()).contains("(c1)"), taken::getMessage);
        reopen(
                NEWEST.replace("\"capabilities\":{\"portMappings\":true}", "\"x\":1"),
                new NetworkConfig.Choices("", false, Duration.ZERO, Optional.empty()));
        network.attach(stage.pod("c3", new PortMapping("tcp", 80, 8081, "")));
        assertEquals(List.of(), filter.scripts());
    }

    @Test
    void anAddIsTakenBackWhenItsHostPortsGetNoRules() throws Exception {
        reopen(NEWEST.replace("\"capabilities\":{\"portMappings\":true}", "\"x\":1"));
        filter.refuse(true);
        var pod = stage.pod("c1", new PortMapping("tcp", 80, 8080, "192.0.2.1"));
        assertThrows(IOException.class, () -> network.attach(pod));
        assertEquals(Set.of(), fake.live());
        filter.refuse(false);
        // Its port is free again: else this one would be refused.
        network.attach(stage.pod("c2", new PortMapping("tcp", 80, 8080, "192.0.2.1")));
        assertTrue(filter.rules().contains("8080"), filter::rules);
    }
}
