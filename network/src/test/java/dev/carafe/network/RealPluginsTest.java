package dev.carafe.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.linux.NamespaceKind;
import dev.carafe.linux.NamespaceSetup;
import dev.carafe.linux.Namespaces;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The plugins that every distribution has: bridge with host-local, and portmap.
@Tag("system")
@Timeout(120)
class RealPluginsTest {
    private static final int CONNECT_MILLIS = 5000;

    @TempDir
    private Path root;

    /// Of this process alone, since every network device and rule of the host is seen by all.
    private final String tag = "cfn" + Long.toString(ProcessHandle.current().pid(), 36);

    private final String subnet = "10.213." + ProcessHandle.current().pid() % 256;
    private final List<Attachment> pods = new ArrayList<>();
    private Stage stage;
    private CniNetwork network;

    @BeforeEach
    void open() throws Exception {
        stage = new Stage(root);
        open(tag, "\"ipMasq\":true", "\"snat\":true");
    }

    private void open(String name, String bridge, String portmap) throws IOException {
        stage.network("10-test.conflist", """
                {"cniVersions":["0.4.0","1.0.0","1.1.0"],"name":"%s","plugins":[
                 {"type":"bridge","bridge":"%s","isGateway":true,%s,
                  "ipam":{"type":"host-local","dataDir":"%s","ranges":[[{"subnet":"%s.0/24"}]],
                          "routes":[{"dst":"0.0.0.0/0"}]}},
                 {"type":"portmap","capabilities":{"portMappings":true},%s}]}""".formatted(name, tag, bridge, root.resolve("leases"), subnet, portmap));
        network = new CniNetwork(
                new NetworkConfig(
                        stage.networks(),
                        List.of(Path.of("/usr/lib/cni"), Path.of("/opt/cni/bin")),
                        stage.cache(),
                        stage.state(),
                        NetworkConfig.Choices.USUAL,
                        NetworkConfig.Limits.USUAL),
                new ProcessPluginRunner(),
                new NftablesFilter());
        assertEquals(new NetworkStatus.Ready(name, List.of()), network.status());
    }

    private void reopen(String name, String bridge, String portmap) throws IOException {
        network.close();
        open(name, bridge, portmap);
    }

    @AfterEach
    void close() throws Exception {
        try {
            for (var pod : pods) {
                network.postpone(pod);
            }
            network.retryPostponed();
        } finally {
            network.close();
            for (var pod : pods) {
                Namespaces.unpin(pod.namespace());
            }
            run("ip", "link", "delete", tag);
        }
    }

    private Attachment pod(String id, PortMapping... ports) throws IOException {
        var pin = root.resolve("ns-" + id);
        var pod =
                new Attachment(tag + "-" + id, pin, "default", id, "u-" + id, RuntimeArguments.ofPorts(List.of(ports)));
        pods.add(pod);
        Namespaces.pin(Map.of(NamespaceKind.NETWORK, pin), new NamespaceSetup("", Map.of(), true));
        return pod;
    }

    private static String run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        return output;
    }

    private List<String> leases() throws IOException {
        var folder = root.resolve("leases").resolve(tag);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(subnet))
                    .toList();
        }
    }

    /// Each rule of the plugins names the container, the address or the host port.
    private List<String> rules(String... parts) throws Exception {
        return run("iptables-save")
                .lines()
                .filter(rule -> List.of(parts).stream().anyMatch(rule::contains))
                .toList();
    }

    private static String idInRules(String containerId) {
        return "id: \\\"" + containerId + "\\\"";
    }

    private static List<String> addresses(Path pin) throws IOException {
        return Namespaces.inside(
                pin,
                () -> NetworkInterface.getByName("eth0")
                        .inetAddresses()
                        .filter(Inet4Address.class::isInstance)
                        .map(InetAddress::getHostAddress)
                        .toList());
    }

    /// NetworkInterface finds one of the node too, by its IPv6 address in the main thread's /proc/net.
    private static boolean hasInterface(Path pin) throws IOException {
        return Namespaces.inside(
                pin,
                () -> Files.readString(Path.of("/proc/thread-self/net/dev")).contains("eth0:"));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /// A server in the pod, and what a client of the node reads at the address.
    private static String ask(Path pin, int port, InetSocketAddress address) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var server = Namespaces.inside(pin, () -> new ServerSocket(port));
                var socket = new Socket()) {
            var served = threads.submit(() -> {
                try (var client = server.accept()) {
                    client.getOutputStream().write("from the pod".getBytes(StandardCharsets.UTF_8));
                }
                return server;
            });
            socket.connect(address, CONNECT_MILLIS);
            socket.setSoTimeout(CONNECT_MILLIS);
            served.get();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aPodGetsItsAddressAndItsHostPortAndLeavesNothing() throws Exception {
        var hostPort = freePort();
        var pod = pod("web", new PortMapping("tcp", 8000, hostPort, ""));
        var result = network.attach(pod);
        assertEquals(tag, result.network());
        assertEquals(List.of(subnet + ".2"), result.addresses());
        assertEquals(result.addresses(), addresses(pod.namespace()));
        assertTrue(hasInterface(pod.namespace()));
        assertEquals(List.of(subnet + ".2"), leases());
        var marks = new String[] {pod.containerId(), subnet + ".2", "dport " + hostPort};
        assertFalse(rules(marks).isEmpty());

        assertEquals("from the pod", ask(pod.namespace(), 8000, new InetSocketAddress(subnet + ".2", 8000)));
        assertEquals("from the pod", ask(pod.namespace(), 8000, new InetSocketAddress(subnet + ".1", hostPort)));

        network.detach(pod);
        assertEquals(List.of(), leases());
        assertEquals(List.of(), rules(marks));
        assertFalse(hasInterface(pod.namespace()));
        network.detach(pod);
    }

    @Test
    void aPodIsDetachedWhenItsNamespaceIsGoneAndItsNetworkRenamed() throws Exception {
        // The bridge plugin forgets its masquerading rule when the namespace is gone.
        reopen(tag, "\"ipMasq\":false", "\"snat\":true");
        var hostPort = freePort();
        var pod = pod("late", new PortMapping("udp", 53, hostPort, ""));
        network.attach(pod);
        Namespaces.unpin(pod.namespace());
        reopen(tag + "-new", "\"ipMasq\":true", "\"snat\":true");
        network.detach(pod);
        assertEquals(List.of(), leases());
        assertEquals(List.of(), rules(pod.containerId(), subnet + ".2", "dport " + hostPort));
    }

    @Test
    void whatThePluginsBeforeDidIsTakenBackWhenOneRefusesAll() throws Exception {
        reopen(tag, "\"ipMasq\":true", "\"snat\":\"no boolean\"");
        var pod = pod("refused");
        var refused = assertThrows(PluginException.class, () -> network.attach(pod));
        var portmap = "plugin portmap of network " + tag;
        assertTrue(refused.getMessage().startsWith(portmap + ", ADD: "), refused::getMessage);
        assertTrue(refused.getSuppressed()[0].getMessage().startsWith(portmap + ", DEL: "), refused::getMessage);
        assertEquals(List.of(), leases());
        assertEquals(List.of(), rules(pod.containerId()));
        assertFalse(hasInterface(pod.namespace()));
    }

    @Test
    void manyPodsComeAndGoTogether() throws Exception {
        var many = new ArrayList<Attachment>();
        for (var i = 0; i < 12; i++) {
            many.add(pod("p" + i));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var attaching = many.stream()
                    .<Callable<List<String>>>map(
                            pod -> () -> network.attach(pod).addresses())
                    .toList();
            var addresses = new HashSet<String>();
            for (var attached : threads.invokeAll(attaching)) {
                addresses.addAll(attached.get());
            }
            assertEquals(many.size(), addresses.size());
            assertEquals(many.size(), leases().size());
            assertEquals(3, rules(idInRules(many.getFirst().containerId())).size());
            var detaching = many.stream()
                    .<Callable<String>>map(pod -> () -> {
                        network.detach(pod);
                        return pod.containerId();
                    })
                    .toList();
            for (var detached : threads.invokeAll(detaching)) {
                assertEquals(List.of(), rules(idInRules(detached.get())));
            }
        }
        assertEquals(List.of(), leases());
    }
}
