package dev.carafe.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttachmentTest {
    private static Attachment attachment(String id, String namespace, String name, String uid) {
        return new Attachment(id, Path.of("/run/ns"), namespace, name, uid, RuntimeArguments.NONE);
    }

    @Test
    void pluginsLearnThePodsNames() {
        var parameters = AttachmentArguments.parameters("ADD", attachment("c1", "ns", "web", "u-1"), "/run/ns");
        assertEquals(
                "IgnoreUnknown=1;K8S_POD_NAMESPACE=ns;K8S_POD_NAME=web;K8S_POD_INFRA_CONTAINER_ID=c1;K8S_POD_UID=u-1",
                parameters.get("CNI_ARGS"));
        assertEquals("c1", parameters.get("CNI_CONTAINERID"));
        assertEquals("/run/ns", parameters.get("CNI_NETNS"));
        assertEquals("eth0", parameters.get("CNI_IFNAME"));
        assertEquals("ADD", parameters.get("CNI_COMMAND"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a;K8S_POD_NAME=b", "a=b", "a\nb", "a\u0000b"})
    void namesThatWouldBeOtherArgumentsAreRefused(String name) {
        assertThrows(IllegalArgumentException.class, () -> attachment("c1", name, "n", "u"));
        assertThrows(IllegalArgumentException.class, () -> attachment("c1", "ns", name, "u"));
        assertThrows(IllegalArgumentException.class, () -> attachment("c1", "ns", "n", name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../x", "a/b", "-a", "a b", "a;b"})
    void idsThatCniDoesNotTakeAreRefused(String id) {
        assertThrows(IllegalArgumentException.class, () -> attachment(id, "ns", "n", "u"));
    }

    @Test
    void boundsHold() {
        var long_ = "x".repeat(254);
        assertThrows(IllegalArgumentException.class, () -> attachment("c1", "ns", long_, "u"));
        assertThrows(IllegalArgumentException.class, () -> attachment("c".repeat(65), "ns", "n", "u"));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Attachment("c1", Path.of("ns"), "ns", "n", "u", RuntimeArguments.NONE));
        assertEquals("c".repeat(64), attachment("c".repeat(64), "", "n", "").containerId());
    }

    @Test
    void portsAreChecked() throws Exception {
        assertThrows(IllegalArgumentException.class, () -> new PortMapping("TCP", 80, 80, ""));
        assertThrows(IllegalArgumentException.class, () -> new PortMapping("tcp", 0, 80, ""));
        assertThrows(IllegalArgumentException.class, () -> new PortMapping("tcp", 80, 65536, ""));
        assertThrows(IllegalArgumentException.class, () -> new PortMapping("tcp", 80, 80, "localhost"));
        var port = new PortMapping("sctp", 1, 65535, "fd00::1");
        assertEquals(port, PortMapping.of(port.toJson()));
    }

    @Test
    void configurationsAreChecked() {
        var usual = NetworkConfig.crio(Path.of("/var/lib/x"));
        assertEquals(List.of(Path.of("/opt/cni/bin")), usual.pluginDirectories());
        assertThrows(IllegalArgumentException.class, () -> plugins(List.of()));
        assertThrows(IllegalArgumentException.class, () -> plugins(List.of(Path.of("bin"))));
        assertThrows(IllegalArgumentException.class, () -> plugins(List.of(Path.of("/a:/b"))));
        assertThrows(
                IllegalArgumentException.class,
                () -> new NetworkConfig.Limits(NetworkConfig.Limits.USUAL.pluginCall(), 0));
    }

    private static NetworkConfig plugins(List<Path> folders) {
        return new NetworkConfig(
                Path.of("/etc"),
                folders,
                Path.of("/c"),
                Path.of("/p"),
                NetworkConfig.Choices.USUAL,
                NetworkConfig.Limits.USUAL);
    }
}
