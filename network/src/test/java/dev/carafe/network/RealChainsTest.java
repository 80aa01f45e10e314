package dev.carafe.network;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.network.RuntimeArguments.Bandwidth;
import dev.carafe.network.RuntimeArguments.Dns;
import dev.carafe.network.RuntimeArguments.Wishes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The distribution's plugins in chains as people configure them, with what they ask of the runtime.
@Tag("system")
@Timeout(120)
class RealChainsTest {
    private static final String LEASES = """
            "ipam":{"type":"host-local","dataDir":"@root/leases",
                    "ranges":[[{"subnet":"@subnet.0/24"}],[{"subnet":"@prefix6::/64"}]],
                    "routes":[{"dst":"0.0.0.0/0"},{"dst":"::/0"}]}""";

    @TempDir
    private Path root;

    private RealNode node;

    private void open(String plugins) throws Exception {
        node = new RealNode(root, plugins);
    }

    @AfterEach
    void close() throws Exception {
        node.clear();
        assertEquals(List.of(), node.leases());
        assertEquals(List.of(), node.rules(node.tag() + "-", node.subnet() + ".2"));
        assertFalse(RealNode.run("ip", "link").contains(node.tag()));
    }

    private Attachment attached(String id, RuntimeArguments arguments) throws Exception {
        var pod = node.pod(id, arguments);
        node.network().attach(pod);
        return pod;
    }

    @Test
    void aFirewalledBridgeWithLimitsAndSysctlsHasPodsOfBothFamilies() throws Exception {
        open("""
                {"type":"bridge","bridge":"@tag","isGateway":true,"ipMasq":true,"capabilities":{"mac":true},%s},
                {"type":"tuning","sysctl":{"net.core.somaxconn":"500"}},
                {"type":"bandwidth","capabilities":{"bandwidth":true}},
                {"type":"firewall"},
                {"type":"portmap","capabilities":{"portMappings":true},"snat":true}""".formatted(LEASES));
        var port = RealNode.freePort();
        var pod = attached(
                "web",
                new RuntimeArguments(
                        List.of(new PortMapping("tcp", 8000, port, "")),
                        new Bandwidth(8_000_000, 16_000_000),
                        Dns.NONE,
                        "",
                        Map.of(),
                        new Wishes(List.of(), "02:00:00:00:77:01", "", "")));
        assertEquals(2, node.leases().size(), () -> "one of each family");
        assertTrue(RealNode.runIn(pod, "ip", "link", "show", "eth0").contains("02:00:00:00:77:01"));
        assertTrue(RealNode.run("tc", "qdisc", "show").contains("rate 8Mbit"));
        assertEquals(
                "500",
                RealNode.runIn(pod, "cat", "/proc/sys/net/core/somaxconn").strip());
        // One without a limit or with a host port would not do to be checked: bandwidth 1.1 ends in a panic, and
        // portmap does not find its own rules of the second family.
        var other = attached(
                "other",
                new RuntimeArguments(
                        List.of(), new Bandwidth(8_000_000, 16_000_000), Dns.NONE, "", Map.of(), Wishes.NONE));
        assertEquals(node.subnet() + ".3", RealNode.ask(pod, 8000, RealNode.in(other), node.subnet() + ".2", 8000));
        RealNode.ask(pod, 8000, RealNode.here(), "127.0.0.1", port);
        assertDoesNotThrow(() -> node.network().check(other));
        RealNode.runIn(other, "ip", "route", "delete", "default");
        var missing = assertThrows(PluginException.class, () -> node.network().check(other));
        assertTrue(String.valueOf(missing.getMessage()).contains(", CHECK: "), missing::getMessage);
    }

    @Test
    void pointToPointPodsReachTheNodeAndEachOther() throws Exception {
        open("{\"type\":\"ptp\",\"ipMasq\":true,%s}".formatted(LEASES));
        var port = RealNode.freePort();
        var pod = attached("web", RuntimeArguments.ofPorts(List.of(new PortMapping("tcp", 8000, port, ""))));
        var other = attached("other", RuntimeArguments.NONE);
        RealNode.ask(pod, 8000, RealNode.here(), node.subnet() + ".2", 8000);
        RealNode.ask(pod, 8000, RealNode.in(other), node.subnet() + ".2", 8000);
        RealNode.ask(pod, 8000, RealNode.here(), "127.0.0.1", port);
        assertDoesNotThrow(() -> node.network().check(pod));
    }

    @Test
    void aPodGetsTheAddressThatItIsAllowedToAskFor() throws Exception {
        open("""
                {"type":"bridge","bridge":"@tag","isGateway":true,"capabilities":{"ips":true},
                 "ipam":{"type":"static"}}""");
        var wishes = new Wishes(List.of(node.subnet() + ".77/24", node.prefix6() + "::77/64"), "", "", "");
        var pod = node.pod("web", new RuntimeArguments(List.of(), Bandwidth.UNLIMITED, Dns.NONE, "", Map.of(), wishes));
        assertEquals(
                List.of(node.subnet() + ".77", node.prefix6() + "::77"),
                node.network().attach(pod).addresses());
    }

    @Test
    void theNodesRangesReachTheAddressPlugin() throws Exception {
        open("""
                {"type":"bridge","bridge":"@tag","isGateway":true,"capabilities":{"ipRanges":true},
                 "ipam":{"type":"host-local","dataDir":"@root/leases"}}""");
        node.network().usePodRanges(List.of(node.subnet() + ".64/26", node.prefix6() + "::/64"));
        var pod = node.pod("web", RuntimeArguments.NONE);
        assertEquals(
                List.of(node.subnet() + ".66", node.prefix6() + "::2"),
                node.network().attach(pod).addresses());
        // The leases are given back with the ranges of then.
        node.network().usePodRanges(List.of(node.subnet() + ".128/26"));
        node.network().detach(pod);
        assertEquals(List.of(), node.leases());
    }

    @Test
    void podsShareAnInterfaceOfTheNode() throws Exception {
        open("{\"type\":\"macvlan\",\"master\":\"@tag\",%s}".formatted(LEASES));
        RealNode.run("ip", "link", "add", node.tag(), "type", "bridge");
        RealNode.run("ip", "link", "set", node.tag(), "up");
        var pod = attached("web", RuntimeArguments.NONE);
        var other = attached("other", RuntimeArguments.NONE);
        RealNode.runIn(other, "ip", "link", "set", "eth0", "up");
        assertTrue(RealNode.runIn(pod, "ip", "-d", "link", "show", "eth0").contains("macvlan"));
        assertDoesNotThrow(() -> node.network().check(pod));
    }

    @Test
    void thePluginForTheLoopbackIsRunWhereItIsConfigured() throws Exception {
        open("{\"type\":\"bridge\",\"bridge\":\"@tag\",\"isGateway\":true,%s},{\"type\":\"loopback\"}"
                .formatted(LEASES));
        var pod = attached("web", RuntimeArguments.NONE);
        RealNode.ask(pod, 8000, RealNode.in(pod), "127.0.0.1", 8000);
    }
}
