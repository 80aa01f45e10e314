package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.engine.Invalid;
import dev.carafe.linux.CgroupMode;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a handler's keys and the annotations that it allows change in its containers.
final class HandlerRulesTest {
    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void make() throws IOException {
        given = new Given(folder);
    }

    private static HandlerRules allowing(String... annotations) {
        return new HandlerRules(0, List.of(annotations), Map.of(), false, "", false, false);
    }

    @Test
    void anAnnotationThatTheHandlerDoesNotAllowHasNoEffectAndIsNotHandedOn() throws IOException {
        given.pod.putAnnotations("io.kubernetes.cri-o.umask", "027").putAnnotations("run.oci.handler", "krun");
        var spec = given.build().spec();
        assertNull(spec.process().user().umask());
        assertFalse(spec.annotations().containsKey("run.oci.handler"));
    }

    @Test
    void oneThatItAllowsIsHandedOnAndHeededUnderEitherName() throws IOException {
        given.defaults.rules = allowing("io.kubernetes.cri-o.umask", "run.oci.");
        given.pod.putAnnotations("umask.crio.io", "027").putAnnotations("run.oci.handler", "krun");
        var spec = given.build().spec();
        assertEquals(027, spec.process().user().umask());
        assertEquals("krun", spec.annotations().get("run.oci.handler"));
    }

    @Test
    void aLabelIsNeverHandedOnForAnAnnotation() throws IOException {
        given.defaults.rules = allowing("run.oci.");
        given.container.putLabels("run.oci.handler", "krun");
        assertFalse(given.build().spec().annotations().containsKey("run.oci.handler"));
    }

    @Test
    void defaultAnnotationsAreForPodsThatHaveNoneOrMayHaveNone() throws IOException {
        given.defaults.rules = new HandlerRules(
                0,
                List.of(),
                Map.of("run.oci.handler", "wasm", "mine", "standard", "umask.crio.io", "077"),
                false,
                "",
                false,
                false);
        given.pod
                .putAnnotations("run.oci.handler", "krun")
                .putAnnotations("mine", "pods")
                .putAnnotations("umask.crio.io", "000");
        var spec = given.build().spec();
        assertEquals("wasm", spec.annotations().get("run.oci.handler"));
        assertEquals("pods", spec.annotations().get("mine"));
        assertEquals(077, spec.process().user().umask());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "8", "22x", "7777", "-1"})
    void whatIsNoUmaskIsRefused(String umask) {
        given.defaults.rules = allowing("umask.crio.io");
        given.pod.putAnnotations("umask.crio.io", umask);
        assertThrows(Invalid.class, given::build);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "64Mi, 67108864", "1.5k, 1500", "2Gi, 2147483648", "3M, 3000000"})
    void aSizeOfSharedMemoryIsAQuantity(String text, long bytes) {
        given.pod.putAnnotations("io.kubernetes.cri-o.ShmSize", text);
        assertEquals(64 << 20, ShmSize.of(given.pod.build(), HandlerRules.NONE));
        assertEquals(bytes, ShmSize.of(given.pod.build(), allowing("shm-size.crio.io")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "1Xi", "999999999999999999Ti", "1e9"})
    void whatIsNoSizeOfSharedMemoryIsRefused(String text) {
        given.pod.putAnnotations("shm-size.crio.io", text);
        var pod = given.pod.build();
        assertThrows(Invalid.class, () -> ShmSize.of(pod, allowing("shm-size.crio.io")));
    }

    @Test
    void limitsOfCgroupV2ComeByAnnotationForOneContainer() throws IOException {
        given.defaults.rules = allowing("io.kubernetes.cri-o.UnifiedCgroup");
        given.container.putLabels("io.kubernetes.container.name", "web");
        given.resources().putUnified("memory.high", "1");
        given.pod
                .putAnnotations("io.kubernetes.cri-o.UnifiedCgroup.web", "memory.high=2000;memory.min=MTAwMDA=")
                .putAnnotations("io.kubernetes.cri-o.UnifiedCgroup.db", "memory.low=3");
        assertEquals(
                Map.of("memory.high", "2000", "memory.min", "10000"),
                given.build().spec().linux().resources().unified());
        given.pod.putAnnotations("io.kubernetes.cri-o.UnifiedCgroup.web", "../x=1");
        assertThrows(Invalid.class, given::build);
    }

    @Test
    void theCgroupsAreWritableByAnnotationOnV2Alone() throws IOException {
        given.defaults.rules = allowing("io.kubernetes.cri-o.cgroup2-mount-hierarchy-rw");
        given.pod.putAnnotations("io.kubernetes.cri-o.cgroup2-mount-hierarchy-rw", "true");
        assertTrue(cgroupOptions().contains("rw"));
        given.host.cgroupMode = CgroupMode.HYBRID;
        assertTrue(cgroupOptions().contains("ro"));
    }

    private List<String> cgroupOptions() throws IOException {
        return mount("/sys/fs/cgroup").options();
    }

    private RuntimeSpec.Mount mount(String destination) throws IOException {
        return given.build().spec().mounts().stream()
                .filter(mount -> mount.destination().equals(destination))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void devicesComeByAnnotationFromThoseThatTheNodeAllows() throws IOException {
        given.defaults.rules = allowing("io.kubernetes.cri-o.Devices");
        given.defaults.allowedDevices = List.of("/dev/full");
        given.pod.putAnnotations("io.kubernetes.cri-o.Devices", "/dev/full:/dev/brim:r");
        var linux = given.build().spec().linux();
        assertEquals("/dev/brim", linux.devices().getFirst().path());
        assertEquals(
                new RuntimeSpec.DeviceRule(true, "c", 1L, 7L, "r"),
                linux.resources().devices().getLast());
        given.pod.putAnnotations("io.kubernetes.cri-o.Devices", "/dev/full,/dev/zero");
        var refusal = assertThrows(Invalid.class, given::build);
        assertTrue(refusal.getMessage().contains("/dev/zero is not among allowed_devices"), refusal.getMessage());
    }

    @Test
    void aPrivilegedContainerSeesNoHostDevicesWhereItsHandlerKeepsThemOut() throws IOException {
        given.bePrivileged();
        assertFalse(given.build().spec().linux().devices().isEmpty());
        given.defaults.rules = new HandlerRules(0, List.of(), Map.of(), true, "", false, false);
        var linux = given.build().spec().linux();
        assertEquals(List.of(), linux.devices());
        assertFalse(linux.resources().devices().getFirst().allow());
    }

    @Test
    void theHandlersSeccompProfileIsTheRuntimesDefault() throws IOException {
        given.asOfTheKubelet();
        var profile = Files.writeString(folder.resolve("profile.json"), "{\"defaultAction\": \"SCMP_ACT_LOG\"}");
        given.defaults.rules = new HandlerRules(0, List.of(), Map.of(), false, profile.toString(), false, false);
        assertEquals("SCMP_ACT_LOG", given.build().spec().linux().seccomp().defaultAction());
    }

    @Test
    void theNodesTimeZoneIsAFileOfTheHostsInPlaceOfTheImagesLink() throws IOException {
        var link = given.rootfs.resolve("etc/localtime");
        Files.createSymbolicLink(link, Path.of("/usr/share/zoneinfo/Etc/UTC"));
        given.defaults.timezone = "Europe/Nowhere";
        assertThrows(IOException.class, given::build);
        assertTrue(Files.isSymbolicLink(link));
        if (Files.exists(Path.of("/usr/share/zoneinfo/Europe/Berlin"))) {
            given.defaults.timezone = "Europe/Berlin";
            assertEquals(
                    Path.of("/usr/share/zoneinfo/Europe/Berlin").toRealPath().toString(),
                    mount("/etc/localtime").source());
            assertFalse(Files.isSymbolicLink(link));
        }
    }

    @Test
    void whoMountsATimeZoneKeepsIt() throws IOException {
        var own = Files.writeString(folder.resolve("zone"), "");
        given.mount("/etc/localtime", own);
        given.defaults.timezone = "Local";
        assertEquals(own.toString(), mount("/etc/localtime").source());
    }
}
