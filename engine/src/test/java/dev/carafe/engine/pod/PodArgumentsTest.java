package dev.carafe.engine.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.DNSConfig;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.PortMapping;
import dev.carafe.cri.v1.Protocol;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.spec.HandlerRules;
import dev.carafe.network.RuntimeArguments;
import dev.carafe.network.RuntimeArguments.Bandwidth;
import dev.carafe.network.RuntimeArguments.Dns;
import dev.carafe.network.RuntimeArguments.Wishes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodArgumentsTest {
    private static final Map<String, String> WISHES = Map.of(
            "network.carafe.dev/ips",
            "10.0.0.7/24, fd00::7",
            "network.carafe.dev/mac",
            "02:00:00:00:00:01",
            "network.carafe.dev/infiniband-guid",
            "02:00:00:00:00:00:00:01",
            "network.carafe.dev/device-id",
            "0000:04:00.5");

    private static RuntimeArguments arguments(Map<String, String> annotations, String... allowed) {
        var pod = PodSandboxConfig.newBuilder().putAllAnnotations(annotations).build();
        var rules = new HandlerRules(0, List.of(allowed), Map.of(), false, "", false, false);
        return PodArguments.of(pod, "/kubepods/pod1", rules);
    }

    @Test
    void pluginsCanAskForPortsDnsTheControlGroupAndAnnotations() {
        var pod = PodSandboxConfig.newBuilder()
                .putAnnotations("a", "b")
                .setDnsConfig(DNSConfig.newBuilder()
                        .addServers("10.0.0.10")
                        .addSearches("x")
                        .addOptions("ndots:5"))
                .addPortMappings(PortMapping.newBuilder().setContainerPort(80))
                .addPortMappings(PortMapping.newBuilder()
                        .setProtocol(Protocol.SCTP)
                        .setContainerPort(80)
                        .setHostPort(8080)
                        .setHostIp("::1"))
                .build();
        assertEquals(
                new RuntimeArguments(
                        List.of(new dev.carafe.network.PortMapping("sctp", 80, 8080, "::1")),
                        Bandwidth.UNLIMITED,
                        new Dns(List.of("10.0.0.10"), List.of("x"), List.of("ndots:5")),
                        "/kubepods/pod1",
                        Map.of("a", "b"),
                        Wishes.NONE),
                PodArguments.of(pod, "/kubepods/pod1", HandlerRules.NONE));
    }

    @Test
    void rateLimitsAreThoseOfKubernetesAnnotations() {
        var limits = Map.of("kubernetes.io/ingress-bandwidth", "10M", "kubernetes.io/egress-bandwidth", "1.5Mi");
        assertEquals(new Bandwidth(10_000_000, 1_572_864), arguments(limits).bandwidth());
    }

    @ParameterizedTest
    @CsvSource({"fast", "-1M", "999", "1001P", "''"})
    void whatIsNoReasonableRateIsRefusedByName(String rate) {
        var limits = Map.of("kubernetes.io/egress-bandwidth", rate);
        var refused = assertThrows(Invalid.class, () -> arguments(limits));
        assertTrue(
                String.valueOf(refused.getMessage()).startsWith("annotations: kubernetes.io/egress-bandwidth is not"));
    }

    @Test
    void aPodChoosesItsAddressesAndDeviceOnlyWhereItsHandlerAllowsThat() {
        assertEquals(Wishes.NONE, arguments(WISHES).wishes());
        assertEquals(
                new Wishes(List.of(), "02:00:00:00:00:01", "", ""),
                arguments(WISHES, "network.carafe.dev/mac").wishes());
        assertEquals(
                new Wishes(
                        List.of("10.0.0.7/24", "fd00::7"),
                        "02:00:00:00:00:01",
                        "02:00:00:00:00:00:00:01",
                        "0000:04:00.5"),
                arguments(WISHES, "network.carafe.dev/").wishes());
    }

    @ParameterizedTest
    @CsvSource({"ips, 10.0.0", "mac, 02:00", "infiniband-guid, 02:00:00:00:00:01", "device-id, ../x"})
    void whatIsNoAddressOrDeviceIsRefused(String name, String value) {
        var annotations = Map.of("network.carafe.dev/" + name, value);
        assertThrows(Invalid.class, () -> arguments(annotations, "network."));
    }
}
