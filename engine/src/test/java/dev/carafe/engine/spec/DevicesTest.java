package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.Device;
import dev.carafe.engine.Invalid;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DevicesTest {
    private static final RuntimeSpec.DeviceRule NONE = new RuntimeSpec.DeviceRule(false, "a", null, null, "rwm");

    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder);
    }

    private Devices devices() throws IOException {
        return Devices.of(given.request(), given.defaults.build());
    }

    private void ask(String host, String inside, String permissions) {
        given.container.addDevices(
                Device.newBuilder().setHostPath(host).setContainerPath(inside).setPermissions(permissions));
    }

    private static RuntimeSpec.DeviceRule allowed(long minor, String permissions) {
        return new RuntimeSpec.DeviceRule(true, "c", 1L, minor, permissions);
    }

    @Test
    void whoAsksForNoneMayUseNone() throws IOException {
        assertEquals(new Devices(List.of(), List.of(NONE)), devices());
    }

    @Test
    void aDeviceIsMadeLikeTheHostsAndAllowedAsAsked() throws IOException {
        ask("/dev/null", "/dev/mine/../void", "r");
        assertEquals(
                List.of(new RuntimeSpec.Device("/dev/void", "c", 1, 3, 0666, 0L, 0L)),
                devices().nodes());
        assertEquals(List.of(NONE, allowed(3, "r")), devices().rules());
    }

    @Test
    void linksLeadToTheDeviceAndTheConfigurationsComeFirst() throws IOException {
        var link = Files.createSymbolicLink(folder.resolve("link"), Path.of("/dev/zero"));
        given.defaults.additionalDevices = List.of(link + ":/dev/nothing:rw");
        ask("/dev/null", "", "");
        assertEquals(
                List.of(NONE, allowed(5, "rw"), allowed(3, "rwm")), devices().rules());
        assertEquals(
                List.of("/dev/nothing", "/dev/null"),
                devices().nodes().stream().map(RuntimeSpec.Device::path).toList());
    }

    @Test
    void theOwnerIsTheSecurityContextsWhereConfigured() throws IOException {
        given.defaults.deviceOwnershipFromSecurityContext = true;
        given.security().setRunAsUser(Given.number(1000)).setRunAsGroup(Given.number(7));
        ask("/dev/null", "", "");
        assertEquals(
                new RuntimeSpec.Device("/dev/null", "c", 1, 3, 0666, 1000L, 7L),
                devices().nodes().getFirst());
    }

    @Test
    void whatIsNoDeviceOfTheHostIsRefusedWithItsField() throws IOException {
        ask(folder.resolve("rootfs/etc/passwd").toString(), "", "");
        Refusals.refused(Invalid.class, "devices: ", this::devices);
        given.container.clearDevices();
        ask("/dev/none-of-this-name", "", "");
        Refusals.refused(Invalid.class, "devices: ", this::devices);
        given.container.clearDevices();
        ask("/dev/null/x", "", "");
        Refusals.refused(Invalid.class, "devices: ", this::devices);
        given.container.clearDevices();
        given.defaults.additionalDevices = List.of("/dev/none-of-this-name");
        Refusals.refused(Invalid.class, "additional_devices: ", this::devices);
    }

    @Test
    void aFolderWithoutDevicesAddsNone() throws IOException {
        ask(folder.toString(), "/dev/folder", "");
        assertEquals(List.of(), devices().nodes());
    }

    @Test
    void aPrivilegedContainerHasTheHostsAndMayUseAny() throws IOException {
        given.bePrivileged();
        var devices = devices();
        assertEquals(List.of(new RuntimeSpec.DeviceRule(true, "a", null, null, "rwm")), devices.rules());
        var paths = devices.nodes().stream().map(RuntimeSpec.Device::path).toList();
        assertTrue(paths.containsAll(List.of("/dev/null", "/dev/zero", "/dev/urandom")), paths.toString());
        assertFalse(paths.contains("/dev/console"), paths.toString());
        assertTrue(paths.stream().noneMatch(path -> path.startsWith("/dev/pts/")), paths.toString());
    }

    @Test
    void whoMountsTheHostsDevMakesNoDevicesInIt() throws IOException {
        given.bePrivileged();
        given.mount("/dev/.", Path.of("/dev"));
        assertEquals(List.of(), devices().nodes());
    }
}
