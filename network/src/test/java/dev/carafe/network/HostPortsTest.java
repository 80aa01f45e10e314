package dev.carafe.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPortsTest {
    private static final List<PodAddress> DUAL =
            List.of(PodAddress.of("10.9.0.2/24"), PodAddress.of("fd00:9::2/64"), PodAddress.of("10.9.0.3/24"));

    /// The form of /proc/net/route: a default route, a pod network, and one that is nearer.
    private static final String ROUTES = """
            Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
            eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
            wide0\t0000090A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
            cni0\t0000090A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
            """;

    @TempDir
    private Path root;

    private final FakePacketFilter filter = new FakePacketFilter();
    private HostPorts ports;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(root.resolve("proc/net"));
        Files.writeString(root.resolve("proc/net/route"), ROUTES);
        for (var device : List.of("cni0", "eth0", "wide0")) {
            Files.createDirectories(setting(device).getParent());
            Files.writeString(setting(device), "0\n");
        }
        restart();
    }

    private void restart() {
        ports = new HostPorts(
                filter, new HostPortRules("test"), new LocalRoutes(root.resolve("proc"), root.resolve("state")));
    }

    private Path setting(String device) {
        return root.resolve("proc/sys/net/ipv4/conf").resolve(device).resolve("route_localnet");
    }

    private boolean isLocalRouted() throws IOException {
        return Files.readString(setting("cni0")).strip().equals("1");
    }

    private Attachment pod(String id, PortMapping... mappings) {
        return new Attachment(
                id, root.resolve("ns"), "default", "pod-" + id, "u", RuntimeArguments.ofPorts(List.of(mappings)));
    }

    private static PortMapping tcp(int hostPort, String hostIp) {
        return new PortMapping("tcp", 8000, hostPort, hostIp);
    }

    private void run(Attachment pod) throws Exception {
        ports.claim(pod);
        ports.open(pod, DUAL);
    }

    @Test
    void aPortOfAllAddressesLeadsToThePodInBothFamilies() throws Exception {
        run(pod("a", tcp(80, "")));
        assertTrue(filter.rules().startsWith("table inet test\ndelete table inet test\ntable inet test {\n"));
        assertTrue(filter.rules().contains("6 . 80 comment \"default/pod-a\" : 10.9.0.2 . 8000"), filter.rules());
        assertTrue(filter.rules().contains("6 . 80 comment \"default/pod-a\" : fd00:9:0:0:0:0:0:2 . 8000"));
        assertTrue(filter.rules().contains("ip saddr { 127.0.0.0/8, 10.9.0.0/24 } masquerade"), filter.rules());
        assertTrue(filter.rules().contains("ip6 saddr { fd00:9:0:0:0:0:0:0/64 } masquerade"), filter.rules());
        assertFalse(filter.rules().contains("10.9.0.3"));
    }

    @Test
    void aPortOfOneAddressStandsWithIt() throws Exception {
        run(pod("a", tcp(80, "192.0.2.7"), new PortMapping("sctp", 9, 81, "fd00::1")));
        assertTrue(filter.rules().contains("192.0.2.7 . 6 . 80 comment"), filter.rules());
        assertTrue(filter.rules().contains("fd00:0:0:0:0:0:0:1 . 132 . 81 comment"), filter.rules());
        assertFalse(isLocalRouted(), "no connection from the loopback can mean them");
    }

    @Test
    void theNodesLoopbackIsRoutedToThePodsInterfaceAloneAndGuardedAsLongAsNeeded() throws Exception {
        run(pod("a", tcp(80, "")));
        run(pod("b", tcp(81, "127.0.0.1")));
        assertTrue(isLocalRouted());
        assertEquals("0", Files.readString(setting("wide0")).strip());
        assertTrue(filter.rules().contains("iifname { \"cni0\" } ip daddr 127.0.0.0/8 drop"), filter.rules());
        ports.close(pod("a", tcp(80, "")));
        assertTrue(isLocalRouted());
        ports.close(pod("b", tcp(81, "127.0.0.1")));
        assertFalse(isLocalRouted());
        assertEquals("table inet test\ndelete table inet test\n", filter.rules());
    }

    @Test
    void whatAnotherProgramAllowedIsGuardedAndKept() throws Exception {
        Files.writeString(setting("cni0"), "1\n");
        run(pod("a", tcp(80, "")));
        assertTrue(filter.rules().contains("iifname { \"cni0\" }"), filter.rules());
        ports.close(pod("a", tcp(80, "")));
        assertTrue(isLocalRouted());
    }

    @Test
    void theNextDaemonTakesBackWhatTheLastAllowed() throws Exception {
        run(pod("a", tcp(80, "")));
        restart();
        ports.sweep();
        assertFalse(isLocalRouted());
        assertEquals("table inet test\ndelete table inet test\n", filter.rules());
    }

    @Test
    void afterARestartTheRulesAreThoseOfThePodsThatThereAre() throws Exception {
        run(pod("a", tcp(80, "")));
        run(pod("b", tcp(81, "")));
        restart();
        ports.restore(pod("b", tcp(81, "")), DUAL);
        ports.sweep();
        assertTrue(filter.rules().contains("pod-b"));
        assertFalse(filter.rules().contains("pod-a"));
        assertTrue(isLocalRouted());
        assertThrows(HostPortTaken.class, () -> ports.claim(pod("c", tcp(81, ""))));
        ports.claim(pod("c", tcp(80, "")));
    }

    @Test
    void whoeverTakesAnothersPortIsToldWhose() throws Exception {
        run(pod("a", tcp(80, "")));
        var taken = assertThrows(HostPortTaken.class, () -> ports.claim(pod("b", tcp(80, "192.0.2.7"))));
        assertEquals(
                "host port 192.0.2.7:80/tcp of pod default/pod-b is that of pod default/pod-a (a)", taken.getMessage());
        ports.close(pod("a", tcp(80, "")));
        ports.claim(pod("b", tcp(80, "192.0.2.7")));
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', true",
        "'', 0.0.0.0, true",
        "'', '::', true",
        "0.0.0.0, '::', false",
        "'', 192.0.2.7, true",
        "0.0.0.0, fd00::1, false",
        "'::', fd00::1, true",
        "192.0.2.7, 192.0.2.8, false",
        "fd00::1, fd00:0::1, true"
    })
    void portsCollideWhereOneConnectionCouldMeanBoth(String one, String other, boolean collide) {
        assertEquals(collide, tcp(80, one).collidesWith(tcp(80, other)));
        assertEquals(collide, tcp(80, other).collidesWith(tcp(80, one)));
        assertFalse(tcp(80, one).collidesWith(tcp(81, other)));
        assertFalse(tcp(80, one).collidesWith(new PortMapping("udp", 8000, 80, other)));
    }

    @Test
    void thePortThatAPodNamesTwiceIsOneUnlessItLeadsElsewhere() throws Exception {
        run(pod("a", tcp(80, ""), tcp(80, "")));
        assertEquals(
                2,
                filter.rules()
                        .lines()
                        .filter(line -> line.startsWith("6 . 80 "))
                        .count());
        assertThrows(
                HostPortTaken.class,
                () -> ports.claim(pod("b", tcp(81, ""), new PortMapping("tcp", 8001, 81, "192.0.2.7"))));
    }

    @Test
    void flowsOfDatagramsAreForgottenWhenAPodTakesTheirPort() throws Exception {
        run(pod("a", tcp(80, ""), new PortMapping("udp", 53, 5353, "")));
        assertEquals(List.of(5353), filter.forgotten());
    }

    @Test
    void aRefusalIsMadeGoodByTheNextWriting() throws Exception {
        run(pod("a", tcp(80, "")));
        filter.refuse(true);
        assertThrows(IOException.class, () -> ports.close(pod("a", tcp(80, ""))));
        filter.refuse(false);
        ports.close(pod("a", tcp(80, "")));
        assertEquals("table inet test\ndelete table inet test\n", filter.rules());
    }

    @Test
    void podsWithoutHostPortsNeedNoFilter() throws Exception {
        filter.missing();
        ports.sweep();
        ports.claim(pod("a"));
        ports.close(pod("a"));
        assertEquals(List.of(), filter.scripts());
        ports.claim(pod("b", tcp(80, "")));
        assertThrows(IOException.class, () -> ports.open(pod("b", tcp(80, "")), DUAL));
    }

    @Test
    void aPodsNameStaysAComment() throws Exception {
        var odd = new Attachment(
                "a",
                root.resolve("ns"),
                "x\" : 10.0.0.1 . 1 }",
                "n".repeat(200),
                "u",
                RuntimeArguments.ofPorts(List.of(tcp(80, ""))));
        run(odd);
        assertTrue(filter.rules().contains("comment \"x____10.0.0.1_._1__/nnn"), filter.rules());
        assertTrue(filter.rules().lines().allMatch(line -> line.length() < 300));
    }

    @Test
    void anInterfaceThatWentMeanwhileIsNoObstacle() throws Exception {
        run(pod("a", tcp(80, "")));
        Files.delete(setting("cni0"));
        ports.close(pod("a", tcp(80, "")));
        assertFalse(Files.exists(root.resolve("state/local-routes.json")));
    }
}
