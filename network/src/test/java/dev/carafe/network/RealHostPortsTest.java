package dev.carafe.network;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.linux.Namespaces;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Host ports by rules of our own, with a chain that has no portmap. What nft accepts and the kernel does.
@Tag("system")
@Timeout(120)
class RealHostPortsTest {
    private static final String BRIDGE = """
            {"type":"bridge","bridge":"@tag","isGateway":true,"hairpinMode":true,
             "ipam":{"type":"host-local","dataDir":"@root/leases",
                     "ranges":[[{"subnet":"@subnet.0/24"}],[{"subnet":"@prefix6::/64"}]],
                     "routes":[{"dst":"0.0.0.0/0"},{"dst":"::/0"}]}}""";

    @TempDir
    private Path root;

    private RealNode node;
    private int port;

    @BeforeEach
    void open() throws Exception {
        node = new RealNode(root, BRIDGE);
        port = RealNode.freePort();
    }

    @AfterEach
    void close() throws Exception {
        node.clear();
        assertEquals(
                List.of(), node.rules(HostPortRules.of(new Stage(root).state()).name()));
    }

    private Attachment web(String id, PortMapping... ports) throws Exception {
        var pod = node.pod(id, ports);
        node.network().attach(pod);
        awaitIpv6(pod);
        return pod;
    }

    /// On both sides the kernel looks first whether somebody else has the address.
    private void awaitIpv6(Attachment pod) throws Exception {
        for (var i = 0; i < 100; i++) {
            var here = RealNode.run("ip", "-6", "addr", "show", "dev", node.tag());
            if (!(here + RealNode.runIn(pod, "ip", "-6", "addr")).contains("tentative")) {
                return;
            }
            Thread.sleep(50);
        }
    }

    /// Of all interfaces that are up, but links' own.
    private static List<String> addressesOfNode() throws IOException {
        var addresses = new ArrayList<String>();
        for (var device : NetworkInterface.networkInterfaces().toList()) {
            if (device.isUp()) {
                device.inetAddresses()
                        .filter(address -> !address.isLinkLocalAddress())
                        .filter(address -> !(address.isLoopbackAddress() && address instanceof Inet6Address))
                        .map(address -> address.getHostAddress().replaceAll("%.*", ""))
                        .forEach(addresses::add);
            }
        }
        return addresses;
    }

    @Test
    void aHostPortAnswersOnEveryAddressOfTheNodeAndOnItsLoopback() throws Exception {
        var pod = web("web", new PortMapping("tcp", 8000, port, ""));
        var addresses = addressesOfNode();
        assertTrue(addresses.contains("127.0.0.1"), addresses::toString);
        assertTrue(addresses.contains(node.subnet() + ".1"), addresses::toString);
        for (var address : addresses) {
            var peer = assertDoesNotThrow(
                    () -> RealNode.ask(pod, 8000, RealNode.here(), address, port), () -> address + " of " + addresses);
            assertFalse(peer.startsWith("127."), peer);
        }
        node.network().detach(pod);
        assertEquals(
                "0",
                Files.readString(Path.of("/proc/sys/net/ipv4/conf", node.tag(), "route_localnet"))
                        .strip());
    }

    @Test
    void itAnswersNeighboursAndThePodItselfInBothFamilies() throws Exception {
        var pod = web("web", new PortMapping("tcp", 8000, port, ""));
        var neighbour = web("neighbour");
        for (var gateway : List.of(node.subnet() + ".1", addressOf(node.prefix6()))) {
            for (var client : List.of(neighbour, pod)) {
                var peer = RealNode.ask(pod, 8000, RealNode.in(client), gateway, port);
                assertEquals(InetAddress.ofLiteral(gateway), InetAddress.ofLiteral(peer));
            }
        }
        // Without the detour, a neighbour is seen as it is.
        assertEquals(node.subnet() + ".3", RealNode.ask(pod, 8000, RealNode.in(neighbour), node.subnet() + ".2", 8000));
    }

    private static String addressOf(String prefix6) {
        return prefix6 + "::1";
    }

    @Test
    void aPortOfOneAddressAnswersThereAlone() throws Exception {
        var pod = web("web", new PortMapping("tcp", 8000, port, "127.0.0.1"));
        RealNode.ask(pod, 8000, RealNode.here(), "127.0.0.1", port);
        assertThrows(IOException.class, () -> RealNode.ask(pod, 8000, RealNode.here(), node.subnet() + ".1", port));
        var other = web("other", new PortMapping("tcp", 8001, port, node.subnet() + ".1"));
        RealNode.ask(other, 8001, RealNode.here(), node.subnet() + ".1", port);
        RealNode.ask(pod, 8000, RealNode.here(), "127.0.0.1", port);
    }

    @Test
    void aFlowOfDatagramsFollowsThePortToTheNextPod() throws Exception {
        var mapping = new PortMapping("udp", 5353, port, "");
        var first = web("first", mapping);
        try (var client = new DatagramSocket()) {
            client.setSoTimeout(RealNode.PATIENCE_MILLIS);
            client.connect(InetAddress.ofLiteral("127.0.0.1"), port);
            assertEquals("first", answer(client, first, "first"));
            node.network().detach(first);
            var second = web("second", mapping);
            assertEquals("second", answer(client, second, "second"));
        }
    }

    private static String answer(DatagramSocket client, Attachment pod, String text) throws Exception {
        try (var server = Namespaces.inside(
                pod.namespace(),
                () -> new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 5353)))) {
            server.setSoTimeout(RealNode.PATIENCE_MILLIS);
            client.send(new DatagramPacket(new byte[] {1}, 1));
            var question = new DatagramPacket(new byte[8], 8);
            server.receive(question);
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            server.send(new DatagramPacket(bytes, bytes.length, question.getSocketAddress()));
            var answer = new DatagramPacket(new byte[16], 16);
            client.receive(answer);
            return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void rulesOfPodsThatEndedWhileNobodyWatchedAreSwept() throws Exception {
        var ports = List.of(new PortMapping("tcp", 8000, port, ""), new PortMapping("sctp", 9, port, ""));
        var alive = web("alive", ports.toArray(PortMapping[]::new));
        web("dead", new PortMapping("tcp", 8000, RealNode.freePort(), ""));
        node.reopen(BRIDGE);
        node.network().restore(List.of(alive));
        assertEquals(4, mapped("default/dead"), "they go on until they are swept");
        node.network().sweepHostPorts();
        assertEquals(0, mapped("default/dead"));
        assertEquals(8, mapped("default/alive"));
        RealNode.ask(alive, 8000, RealNode.here(), "127.0.0.1", port);
    }

    /// The elements and rules that name the pod.
    private int mapped(String pod) throws Exception {
        return RealNode.run(
                                "nft",
                                "list",
                                "table",
                                "inet",
                                HostPortRules.of(new Stage(root).state()).name())
                        .split("\"" + pod + "\"", -1)
                        .length
                - 1;
    }

    @Test
    void theNodesLoopbackCantBeReachedFromPods() throws Exception {
        var pod = web("web", new PortMapping("tcp", 8000, port, ""));
        // As a pod with NET_ADMIN would try: its own loopback has given way to the node's.
        RealNode.runIn(pod, "ip", "addr", "flush", "dev", "lo");
        RealNode.runIn(pod, "ip", "route", "flush", "table", "local", "127.0.0.0/8");
        RealNode.runIn(pod, "ip", "route", "add", "127.0.0.1/32", "via", node.subnet() + ".1");
        RealNode.runIn(pod, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/conf/eth0/route_localnet");
        try (var secret = new ServerSocket(0, 1, Inet4Address.ofLiteral("127.0.0.1"));
                var socket = RealNode.in(pod).socket()) {
            assertThrows(
                    IOException.class,
                    () -> socket.connect(
                            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), secret.getLocalPort()), 1000));
        }
    }
}
