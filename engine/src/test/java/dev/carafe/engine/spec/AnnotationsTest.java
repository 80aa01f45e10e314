package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.carafe.cri.v1.NamespaceMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AnnotationsTest {
    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder);
    }

    private Map<String, String> annotations() {
        return Annotations.of(given.request(), Given.NOW, "SIGTERM");
    }

    @Test
    void thePodsTheContainersAndItsLabelsAreThereTheNearerWins() {
        given.pod.putAnnotations("example.org/hook", "pod").putAnnotations("example.org/pod", "1");
        given.container.putAnnotations("example.org/hook", "container").putLabels("app", "web");
        var annotations = annotations();
        assertEquals("container", annotations.get("example.org/hook"));
        assertEquals("1", annotations.get("example.org/pod"));
        assertEquals("web", annotations.get("app"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bundle",
                "bundle/x",
                "devices.crio.io",
                "seccomp-profile.crio.io/web",
                "io.container.manager",
                "io.kubernetes.cri-o.Devices",
                "io.kubernetes.cri-o.UnifiedCgroup.web",
                "io.kubernetes.cri.rdt-class",
                "org.criu.config",
                "org.systemd.property.ExecStop",
                "module.wasm.image/variant",
                "run.oci.handler",
                ""
            })
    void whatRuntimesActOnIsLeftOutWhereverItStands(String key) {
        given.pod.putAnnotations(key, "hostile");
        given.container.putAnnotations(key, "hostile").putLabels(key, "hostile");
        assertFalse(annotations().containsValue("hostile"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bundled.example.org/x", "example.org/bundle", "crio.io.example.org/x", "run.ocip"})
    void whatOnlyLooksLikeItStays(String key) {
        assertFalse(Annotations.isGated(key));
    }

    @Test
    void criosOwnTellWhoseContainerItIs() {
        given.container.getMetadataBuilder().setAttempt(-1);
        given.pod.getMetadataBuilder().setAttempt(2);
        var annotations = annotations();
        assertEquals("k8s_web_shop_default_11-22_4294967295", annotations.get("io.kubernetes.cri-o.Name"));
        assertEquals("{\"attempt\":4294967295,\"name\":\"web\"}", annotations.get("io.kubernetes.cri-o.Metadata"));
        assertEquals("k8s_shop_default_11-22_2", annotations.get("io.kubernetes.cri-o.SandboxName"));
        assertEquals("container", annotations.get("io.kubernetes.cri-o.ContainerType"));
        assertEquals("example.org/web:1", annotations.get("io.kubernetes.cri-o.ImageName"));
        assertEquals("/var/log/pods/default_shop_11-22/web/0.log", annotations.get("io.kubernetes.cri-o.LogPath"));
        assertEquals("2026-01-02T03:04:05Z", annotations.get("io.kubernetes.cri-o.Created"));
        assertEquals("cri-o", annotations.get("io.container.manager"));
        assertEquals("SIGTERM", annotations.get("org.opencontainers.image.stopSignal"));
        assertEquals("false", annotations.get("io.kubernetes.cri-o.HostNetwork"));
    }

    @Test
    void volumesAndTheHostsNetworkAreTold() {
        given.mount("/data", Path.of("/srv")).setReadonly(true);
        given.pod
                .getLinuxBuilder()
                .getSecurityContextBuilder()
                .getNamespaceOptionsBuilder()
                .setNetwork(NamespaceMode.NODE);
        var annotations = annotations();
        assertEquals("true", annotations.get("io.kubernetes.cri-o.HostNetwork"));
        assertEquals(
                "[{\"container_path\":\"/data\",\"host_path\":\"/srv\",\"readonly\":true,\"propagation\":0}]",
                annotations.get("io.kubernetes.cri-o.Volumes"));
    }
}
