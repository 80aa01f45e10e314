package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.engine.Invalid;
import dev.carafe.linux.CgroupController;
import dev.carafe.linux.CgroupMode;
import dev.carafe.linux.FileType;
import dev.carafe.oci.RuntimeSpec;
import dev.carafe.oci.RuntimeSpec.ThrottleDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockIoTest {
    private static final String OF_POD = "blockio.resources.beta.kubernetes.io/pod";
    private static final String OF_WEB = "blockio.resources.beta.kubernetes.io/container.web";

    @TempDir
    private Path folder;

    private void classes(Given given, String text) throws IOException {
        given.defaults.blockIoClasses =
                Files.writeString(folder.resolve("classes.yaml"), text).toString();
    }

    private static Optional<RuntimeSpec.BlockIo> of(Given given) throws IOException {
        return Optional.ofNullable(given.build().spec().linux().resources().blockIO());
    }

    @Test
    void aContainersOwnClassIsStrongerThanThePods() throws IOException {
        var given = new Given(folder);
        classes(given, "Classes: {a: [{Weight: 10}, {Weight: 20}], b: [{Weight: 30}], c: []}");
        assertEquals(Optional.empty(), of(given));
        given.pod.putAnnotations(OF_POD, "a");
        assertEquals(20, of(given).orElseThrow().weight());
        given.pod.putAnnotations(OF_WEB, "b");
        assertEquals(30, of(given).orElseThrow().weight());
        given.pod.putAnnotations(OF_WEB, "c");
        assertNull(of(given).orElseThrow().weight());
    }

    @Test
    void aClassThatIsNotThereIsRefusedOnlyWhereThereAreClasses() throws IOException {
        var given = new Given(folder);
        given.pod.putAnnotations(OF_POD, "a");
        assertEquals(Optional.empty(), of(given));
        classes(given, "Classes: {}");
        Refusals.refused(Invalid.class, "annotations blockio.resources.beta.kubernetes.io/", given::build);
    }

    @Test
    void aHostThatCannotLimitLeavesItOut() throws IOException {
        var given = new Given(folder);
        classes(given, "Classes: {a: [{Weight: 10}]}");
        given.pod.putAnnotations(OF_POD, "a");
        given.host.controllers = Set.of(CgroupController.CPU);
        assertEquals(Optional.empty(), of(given));
    }

    /// Of any disk, by a pattern.
    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    @Tag("system")
    void theControlGroupThrottlesTheDevices(String runtime) throws Exception {
        var disk = disk();
        var device = BlockDevicePattern.find(disk.toString()).getFirst();
        try (var container = new RealContainer(folder, runtime)) {
            var given = container.given;
            classes(
                    given,
                    "Classes: {a: [{Devices: ['%s', /dev/nothing*], ThrottleReadBps: 5M, ThrottleWriteIOPS: 100}]}"
                            .formatted(disk));
            given.pod.putAnnotations(OF_WEB, "a");
            var found = of(given).orElseThrow();
            assertEquals(
                    List.of(new ThrottleDevice(device.major(), device.minor(), 5_000_000)),
                    found.throttleReadBpsDevice());
            var isUnified = HostFacts.detect().cgroupMode() == CgroupMode.V2;
            var output = container.run(
                    isUnified
                            ? "cat /sys/fs/cgroup/io.max"
                            : "cat /sys/fs/cgroup/blkio/blkio.throttle.read_bps_device"
                                    + " /sys/fs/cgroup/blkio/blkio.throttle.write_iops_device");
            var name = device.major() + ":" + device.minor() + " ";
            assertTrue(output.has(name + (isUnified ? "rbps=5000000" : "5000000")), output.text());
            assertTrue(output.has(isUnified ? "wiops=100" : name + "100"), output.text());
        }
    }

    private static Path disk() throws IOException {
        return HostDevices.all().stream()
                .filter(found -> found.status().type() == FileType.BLOCK_DEVICE)
                .map(HostDevices.Found::path)
                .filter(path -> Files.exists(Path.of("/sys/block").resolve(path.getFileName())))
                .findFirst()
                .orElseThrow();
    }
}
