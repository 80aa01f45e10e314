package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.engine.spec.BlockIoClasses.Part;
import dev.carafe.engine.spec.BlockIoClasses.Throttle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockIoClassesTest {
    @TempDir
    private Path folder;

    @Test
    void aClassHasPartsOfDevicesWithQuantities() throws IOException {
        var classes = BlockIoClasses.parse("""
                Classes:
                  slow:
                    - Weight: 80
                    - Devices: [/dev/sd*, "/dev/disk/by-id/ssd-?"]
                      throttlereadbps: 20M
                      ThrottleWriteIOPS: "1k"
                  empty: []
                """);
        assertEquals(
                Optional.of(List.of(
                        new Part(List.of(), 80, Map.of()),
                        new Part(
                                List.of("/dev/sd*", "/dev/disk/by-id/ssd-?"),
                                0,
                                Map.of(Throttle.READ_BPS, 20_000_000L, Throttle.WRITE_IOPS, 1000L)))),
                classes.of("slow"));
        assertEquals(Optional.of(List.of()), classes.of("empty"));
        assertEquals(Optional.empty(), classes.of("fast"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "Classes: 1",
                "Others: {}",
                "Classes: {a: {Weight: 10}}",
                "Classes: {a: [1]}",
                "Classes: {a: [{Weight: 9}]}",
                "Classes: {a: [{Weight: 1001}]}",
                "Classes: {a: [{Weight: 10, weight: 20}]}",
                "Classes: {a: [{Wieght: 10}]}",
                "Classes: {a: [{Devices: /dev/sda}]}",
                "Classes: {a: [{Devices: [sda]}]}",
                "Classes: {a: [{Devices: ['/dev/*/a']}]}",
                "Classes: {a: [{Devices: ['/dev/[a']}]}",
                "Classes: {a: [{ThrottleReadBps: 1}]}",
                "Classes: {a: [{Devices: [/dev/sda], ThrottleReadBps: fast}]}",
                "Classes: {a: [{Devices: [/dev/sda], ThrottleReadBps: -1}]}",
                "Classes: {a: [{Devices: [/dev/sda], ThrottleReadBps: 9999999999P}]}",
                "Classes: {a: [{Devices: [/dev/sda], ThrottleReadBps: 1.5}]}"
            })
    void whatCannotBeUnderstoodIsAnError(String text) {
        assertThrows(IOException.class, () -> BlockIoClasses.parse(text));
    }

    @Test
    void theFileIsNamedAndNotReadWithoutBound() throws IOException {
        var file = Files.writeString(folder.resolve("classes.yaml"), "#".repeat((1 << 20) + 1));
        var failure = assertThrows(IOException.class, () -> BlockIoClasses.read(file));
        assertTrue(failure.getMessage().contains(file.toString()), failure.getMessage());
        assertThrows(IOException.class, () -> BlockIoClasses.read(folder.resolve("missing")));
    }

    @Test
    void onlyBlockDevicesAreFound() throws IOException {
        Files.createFile(folder.resolve("a-file"));
        Files.createSymbolicLink(folder.resolve("a-link-to-nowhere"), folder.resolve("x"));
        Files.createSymbolicLink(folder.resolve("a-link-to-a-terminal"), Path.of("/dev/null"));
        assertEquals(List.of(), BlockDevicePattern.find(folder + "/a-*"));
        assertEquals(List.of(), BlockDevicePattern.find(folder + "/missing/a-*"));
    }
}
