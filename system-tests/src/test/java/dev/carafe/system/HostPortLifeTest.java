package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ListPodSandboxRequest;
import dev.carafe.cri.v1.NetworkConfig;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.PortMapping;
import dev.carafe.cri.v1.RuntimeConfig;
import dev.carafe.cri.v1.StatusRequest;
import dev.carafe.cri.v1.UpdateRuntimeConfigRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The node's ports that lead to pods, with chains that have portmap and with chains that have not; and that
/// pods that come and go leave nothing on the node.
@Tag("system")
@Timeout(900)
class HostPortLifeTest {
    private static final int PODS = Integer.getInteger("carafe.test.pods", 20);
    private static final int CALLERS = 4;
    private static final int PATIENCE_MILLIS = 5000;

    /// Without portmap, and of the newest version that the plugins speak.
    private static void useBridgeAlone(Stage stage) throws IOException, InterruptedException {
        var host = stage.host();
        Files.writeString(
                host.work().resolve("net.d/10-test.conflist"), """
                {"cniVersions":["0.4.0","1.0.0","1.1.0"],"name":"%1$s","plugins":[
                 {"type":"bridge","bridge":"%1$s","isGateway":true,"hairpinMode":true,
                  "ipam":{"type":"host-local","dataDir":"%2$s/leases","ranges":[[{"subnet":"%3$s.0/24"}]],
                          "routes":[{"dst":"0.0.0.0/0"}]}}]}
                """.formatted(host.tag(), host.work(), host.subnet()));
        stage.restart();
    }

    private static PodSandboxConfig withPort(PodSandboxConfig pod, int hostPort) {
        return pod.toBuilder()
                .addPortMappings(PortMapping.newBuilder().setContainerPort(8080).setHostPort(hostPort))
                .build();
    }

    private static String ask(String address, int port) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void awaitAnswer(String address, int port) throws InterruptedException {
        Await.until("an answer at " + address, () -> {
            try {
                return ask(address, port).equals("pong\n");
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    @Test
    void aHostPortAnswersAlsoWhileTheDaemonIsAwayAndIsGivenBack() throws Exception {
        try (var stage = Stage.set("runc")) {
            useBridgeAlone(stage);
            stage.cri().pull(stage.busybox());
            var port = TestHost.freePort();
            var config = withPort(stage.cri().pod("web"), port);
            var pod = stage.cri().run(config);
            stage.cri()
                    .createAndStart(
                            pod,
                            config,
                            Cri.container(
                                    "web", stage.busybox(), "sh", "-c", "while :; do echo pong | nc -l -p 8080; done"));
            awaitAnswer("127.0.0.1", port);
            awaitAnswer(stage.host().subnet() + ".1", port);
            stage.daemon().kill();
            awaitAnswer("127.0.0.1", port);
            stage.crashAndRestart();
            awaitAnswer("127.0.0.1", port);

            var other = withPort(stage.cri().pod("other"), port);
            var taken =
                    assertThrows(StatusRuntimeException.class, () -> stage.cri().run(other));
            assertTrue(
                    String.valueOf(taken.getMessage())
                            .contains("host port " + port + "/tcp of pod tests/other is that of pod tests/web"),
                    taken::getMessage);
            assertEquals(
                    1,
                    stage.daemon()
                            .runtime()
                            .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
                            .getItemsCount());
            stage.cri().removePod(pod);
            assertThrows(IOException.class, () -> ask("127.0.0.1", port));
            stage.cri().removePod(stage.cri().run(other));
            assertNoTrace(stage);
        }
    }

    @Test
    void theRangesOfTheKubeletReachTheAddressPluginAndThePodHasBothAddressesAlsoAfterACrash() throws Exception {
        try (var stage = Stage.set("runc")) {
            var host = stage.host();
            Files.writeString(host.work().resolve("net.d/10-test.conflist"), """
                    {"cniVersion":"1.0.0","name":"%1$s","plugins":[
                     {"type":"bridge","bridge":"%1$s","isGateway":true,"capabilities":{"ipRanges":true},
                      "ipam":{"type":"host-local","dataDir":"%2$s/leases"}}]}
                    """.formatted(host.tag(), host.work()));
            tell(stage, host.subnet() + ".64/26," + prefix6(stage) + "::/64");
            stage.restart();
            var pod = stage.cri().run(stage.cri().pod("web"));
            assertAddresses(stage, pod);
            stage.crashAndRestart();
            assertAddresses(stage, pod);
            var refused = assertThrows(StatusRuntimeException.class, () -> tell(stage, host.subnet() + ".65/26"));
            assertEquals(Status.Code.INVALID_ARGUMENT, refused.getStatus().getCode());
            stage.cri().removePod(pod);
            assertNoTrace(stage);
        }
    }

    /// Unique on the node, as the stage's IPv4 network is.
    private static String prefix6(Stage stage) {
        var parts = stage.host().subnet().split("\\.");
        return "fd00:%x:%x".formatted(Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    private static void assertAddresses(Stage stage, String pod) {
        var network = stage.cri().podStatus(pod).getNetwork();
        assertEquals(stage.host().subnet() + ".66", network.getIp());
        assertEquals(
                List.of(InetAddress.ofLiteral(prefix6(stage) + "::2")),
                network.getAdditionalIpsList().stream()
                        .map(ip -> InetAddress.ofLiteral(ip.getIp()))
                        .toList());
    }

    @Test
    void aTemplateBecomesTheNetworkOnceTheKubeletTellsItsRange() throws Exception {
        try (var stage = Stage.set("runc")) {
            var host = stage.host();
            Files.delete(host.work().resolve("net.d/10-test.conflist"));
            var template = Files.writeString(host.work().resolve("template"), """
                    {"cniVersion":"1.0.0","name":"%1$s","plugins":[
                     {"type":"bridge","bridge":"%1$s","isGateway":true,
                      "ipam":{"type":"host-local","dataDir":"%2$s/leases",
                        "ranges":[{{range $i, $range := .PodCIDRRanges}}{{if $i}},{{end}}[{"subnet":"{{$range}}"}]{{end}}],
                        "routes":[{{range $i, $route := .Routes}}{{if $i}},{{end}}{"dst":"{{$route}}"}{{end}}]}}]}
                    """.formatted(host.tag(), host.work()));
            host.configure("crio.network", "cni_conf_template = \"" + template + "\"");
            stage.restart();
            var config = stage.cri().pod("web");
            assertThrows(StatusRuntimeException.class, () -> stage.cri().run(config));
            tell(stage, host.subnet() + ".64/26");
            Await.until("a network", () -> isNetworkReady(stage));
            var pod = stage.cri().run(config);
            assertEquals(
                    host.subnet() + ".66",
                    stage.cri().podStatus(pod).getNetwork().getIp());
            stage.cri().removePod(pod);
            assertNoTrace(stage);
        }
    }

    private static boolean isNetworkReady(Stage stage) {
        return stage
                .daemon()
                .runtime()
                .status(StatusRequest.getDefaultInstance())
                .getStatus()
                .getConditionsList()
                .stream()
                .anyMatch(condition -> condition.getType().equals("NetworkReady") && condition.getStatus());
    }

    private static void tell(Stage stage, String range) {
        var told = stage.daemon()
                .runtime()
                .updateRuntimeConfig(UpdateRuntimeConfigRequest.newBuilder()
                        .setRuntimeConfig(RuntimeConfig.newBuilder()
                                .setNetworkConfig(NetworkConfig.newBuilder().setPodCidr(range)))
                        .build());
        assertTrue(told.isInitialized());
    }

    @Test
    void podsThatComeAndGoLeaveTheNodeAsItWas() throws Exception {
        try (var stage = Stage.set("runc")) {
            comeAndGo(stage, "with portmap");
            useBridgeAlone(stage);
            comeAndGo(stage, "with rules of our own");
        }
    }

    private static void comeAndGo(Stage stage, String how) throws Exception {
        var firstPort = 20000 + Math.floorMod(stage.host().tag().hashCode(), 10000);
        var slots = new Semaphore(CALLERS);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var lives = new ArrayList<Callable<String>>();
            for (var i = 0; i < PODS; i++) {
                var config = withPort(stage.cri().pod("pod-" + i), firstPort + i);
                lives.add(() -> {
                    slots.acquire();
                    try {
                        var pod = stage.cri().run(config);
                        stage.cri().removePod(pod);
                        return pod;
                    } finally {
                        slots.release();
                    }
                });
            }
            for (var life : threads.invokeAll(lives)) {
                assertTrue(life.get().length() > 8, how);
            }
        }
        assertNoTrace(stage);
    }

    /// No lease, namespace, cached result or rule of the plugins, none of ours, and no interface on the bridge.
    private static void assertNoTrace(Stage stage) throws IOException, InterruptedException {
        stage.assertNothingIsLeft();
        var rules = Programs.output("nft", "list", "ruleset");
        assertEquals(
                List.of(),
                rules.lines()
                        .filter(rule -> rule.contains(stage.host().subnet() + "."))
                        .toList());
        assertEquals(
                "", Programs.output("ip", "link", "show", "master", stage.host().tag()));
    }
}
