package dev.carafe.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
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
    @TempDir
    private Path root;

    private RealNode node;

    @BeforeEach
    void open() throws Exception {
        node = new RealNode(root, chain("\"ipMasq\":true", "\"snat\":true"));
    }

    private static String chain(String bridge, String portmap) {
        return """
                {"type":"bridge","bridge":"@tag","isGateway":true,%s,
                 "ipam":{"type":"host-local","dataDir":"@root/leases","ranges":[[{"subnet":"@subnet.0/24"}]],
                         "routes":[{"dst":"0.0.0.0/0"}]}},
                {"type":"portmap","capabilities":{"portMappings":true},%s}""".formatted(bridge, portmap);
    }

    @AfterEach
    void close() throws Exception {
        node.clear();
    }

    /// Each rule of the plugins names the container, the address or the host port.
    private List<String> rules(String... parts) throws Exception {
        return RealNode.run("iptables-save")
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
            socket.connect(address, RealNode.PATIENCE_MILLIS);
            socket.setSoTimeout(RealNode.PATIENCE_MILLIS);
            served.get();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aPodGetsItsAddressAndItsHostPortAndLeavesNothing() throws Exception {
        var hostPort = RealNode.freePort();
        var pod = node.pod("web", new PortMapping("tcp", 8000, hostPort, ""));
        var result = node.network().attach(pod);
        assertEquals(node.tag(), result.network());
        assertEquals(List.of(node.subnet() + ".2"), result.addresses());
        assertEquals(result.addresses(), addresses(pod.namespace()));
        assertTrue(hasInterface(pod.namespace()));
        assertEquals(List.of(node.subnet() + ".2"), node.leases());
        var marks = new String[] {pod.containerId(), node.subnet() + ".2", "dport " + hostPort};
        assertFalse(rules(marks).isEmpty());

        assertEquals("from the pod", ask(pod.namespace(), 8000, new InetSocketAddress(node.subnet() + ".2", 8000)));
        assertEquals("from the pod", ask(pod.namespace(), 8000, new InetSocketAddress(node.subnet() + ".1", hostPort)));

        node.network().detach(pod);
        assertEquals(List.of(), node.leases());
        assertEquals(List.of(), rules(marks));
        assertFalse(hasInterface(pod.namespace()));
        node.network().detach(pod);
    }

    @Test
    void aPodIsDetachedWhenItsNamespaceIsGoneAndItsNetworkRenamed() throws Exception {
        // The bridge plugin forgets its masquerading rule when the namespace is gone.
        node.reopen(chain("\"ipMasq\":false", "\"snat\":true"));
        var hostPort = RealNode.freePort();
        var pod = node.pod("late", new PortMapping("udp", 53, hostPort, ""));
        node.network().attach(pod);
        Namespaces.unpin(pod.namespace());
        node.reopen(node.tag() + "-new", chain("\"ipMasq\":true", "\"snat\":true"));
        node.network().detach(pod);
        assertEquals(List.of(), node.leases());
        assertEquals(List.of(), rules(pod.containerId(), node.subnet() + ".2", "dport " + hostPort));
    }

    @Test
    void whatThePluginsBeforeDidIsTakenBackWhenOneRefusesAll() throws Exception {
        node.reopen(chain("\"ipMasq\":true", "\"snat\":\"no boolean\""));
        var pod = node.pod("refused");
        var refused = assertThrows(PluginException.class, () -> node.network().attach(pod));
        var portmap = "plugin portmap of network " + node.tag();
        assertTrue(refused.getMessage().startsWith(portmap + ", ADD: "), refused::getMessage);
        assertTrue(refused.getSuppressed()[0].getMessage().startsWith(portmap + ", DEL: "), refused::getMessage);
        assertEquals(List.of(), node.leases());
        assertEquals(List.of(), rules(pod.containerId()));
        assertFalse(hasInterface(pod.namespace()));
    }

    @Test
    void manyPodsComeAndGoTogether() throws Exception {
        var many = new ArrayList<Attachment>();
        for (var i = 0; i < 12; i++) {
            many.add(node.pod("p" + i));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var attaching = many.stream()
                    .<Callable<List<String>>>map(
                            pod -> () -> node.network().attach(pod).addresses())
                    .toList();
            var addresses = new HashSet<String>();
            for (var attached : threads.invokeAll(attaching)) {
                addresses.addAll(attached.get());
            }
            assertEquals(many.size(), addresses.size());
            assertEquals(many.size(), node.leases().size());
            assertEquals(3, rules(idInRules(many.getFirst().containerId())).size());
            var detaching = many.stream()
                    .<Callable<String>>map(pod -> () -> {
                        node.network().detach(pod);
                        return pod.containerId();
                    })
                    .toList();
            for (var detached : threads.invokeAll(detaching)) {
                assertEquals(List.of(), rules(idInRules(detached.get())));
            }
        }
        assertEquals(List.of(), node.leases());
    }
}
