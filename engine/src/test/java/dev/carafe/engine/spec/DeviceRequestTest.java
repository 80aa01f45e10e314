package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.Device;
import dev.carafe.engine.Invalid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DeviceRequestTest {
    @ParameterizedTest
    @CsvSource({
        "/dev/fuse,             /dev/fuse, /dev/fuse, rwm",
        "/dev/fuse:/dev/x,      /dev/fuse, /dev/x,    rwm",
        "/dev/fuse:rw,          /dev/fuse, /dev/fuse, rw",
        "/dev/fuse:/dev/x:m,    /dev/fuse, /dev/x,    m"
    })
    void anEntryOfTheConfigurationHasUpToThreeParts(String entry, String host, String container, String permissions) {
        assertEquals(new DeviceRequest("additional_devices", host, container, permissions), DeviceRequest.parse(entry));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "dev",
                "/dev/a:b:c",
                "/dev/a::r",
                "/dev/a:/b:rx",
                "/dev/a:/b:rwmr",
                "/dev/a:/b:r:w",
                "/",
                "/dev/a:/x/.."
            })
    void anotherEntryIsWrong(String entry) {
        var wrong = assertThrows(IllegalArgumentException.class, () -> DeviceRequest.parse(entry));
        assertTrue(wrong.getMessage().startsWith("additional_devices: " + entry + ": "), wrong.getMessage());
    }

    @Test
    void theCrisDeviceIsAtTheSamePlaceUnlessItNamesAnother() {
        var device = Device.newBuilder().setHostPath("/dev/fuse").build();
        assertEquals(new DeviceRequest("devices", "/dev/fuse", "/dev/fuse", "rwm"), DeviceRequest.of(device));
        Refusals.refused(
                Invalid.class,
                "devices: ",
                () -> DeviceRequest.of(
                        device.toBuilder().setContainerPath("/a\0b").build()));
    }
}
