package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.linux.NamespaceKind;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SandboxProcessTest {
    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder);
        given.namespaces.put(NamespaceKind.PID, folder.resolve("pid"));
    }

    private RuntimeSpec spec(List<String> command, String cpus) throws IOException {
        var config = SandboxProcess.config(given.pod.build(), "example.org/pause:1", command, cpus);
        var request = new SpecRequest(
                "pod1",
                config,
                given.pod.build(),
                given.podRuntime(),
                given.image.build(),
                given.rootfs,
                given.ownFolder,
                given.folder.resolve("seccomp"),
                "",
                "",
                HandlerRules.NONE,
                ContainerLabels.NONE);
        return new SpecBuilder(given.defaults.build(), given.host.build(), Clock.fixed(Given.NOW, ZoneOffset.UTC))
                .build(request)
                .spec();
    }

    @Test
    void itIsTheFirstOfAProcessNamespaceOfItsOwnAndInThePodsOthers() throws IOException {
        var namespaces = spec(List.of("/pause"), "").linux().namespaces();
        assertTrue(namespaces.contains(new RuntimeSpec.Namespace("pid", null)), namespaces::toString);
        assertTrue(
                namespaces.contains(new RuntimeSpec.Namespace(
                        "network", folder.resolve("net").toString())),
                namespaces::toString);
    }

    @Test
    void inAPodWithTheHostsProcessesItIsOneOfThem() throws IOException {
        given.pod
                .getLinuxBuilder()
                .getSecurityContextBuilder()
                .getNamespaceOptionsBuilder()
                .setPid(NamespaceMode.NODE);
        assertTrue(spec(List.of("/pause"), "").linux().namespaces().stream()
                .noneMatch(namespace -> namespace.type().equals("pid")));
    }

    @Test
    void itMayDoNothing() throws IOException {
        given.bePrivileged();
        var spec = spec(List.of("/pause"), "");
        assertEquals(List.of(), spec.process().capabilities().bounding());
        assertTrue(spec.process().noNewPrivileges());
        assertTrue(spec.root().readonly());
        assertTrue(spec.linux().maskedPaths().contains("/proc/kcore"));
        assertFalse(spec.linux().seccomp() == null);
    }

    @Test
    void itRunsWhatIsConfiguredAndWhereOrWhatItsImageSays() throws IOException {
        var spec = spec(List.of("/pause", "-v"), "1,3");
        assertEquals(List.of("/pause", "-v"), spec.process().args());
        assertEquals("1,3", spec.linux().resources().cpu().cpus());
        assertEquals(
                List.of("/bin/web", "--port", "80"),
                spec(List.of(), "").process().args());
    }

    @Test
    void toolsKnowItByItsAnnotations() throws IOException {
        var annotations = spec(List.of("/pause"), "").annotations();
        assertEquals("sandbox", annotations.get("io.kubernetes.cri-o.ContainerType"));
        assertEquals("pod1", annotations.get("io.kubernetes.cri-o.SandboxID"));
        assertEquals("k8s_POD_shop_default_11-22_0", annotations.get("io.kubernetes.cri-o.ContainerName"));
    }
}
