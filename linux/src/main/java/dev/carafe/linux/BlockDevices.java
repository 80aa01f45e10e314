package dev.carafe.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The host's block devices.
public final class BlockDevices {
    private static final String NAME = "DEVNAME=";

    private BlockDevices() {}

    /// Such as `/dev/sda`; empty for one that is not there any more.
    public static Optional<Path> path(int major, int minor) {
        var events = Path.of("/sys/dev/block/" + major + ":" + minor + "/uevent");
        try {
            return Files.readAllLines(events).stream()
                    .filter(line -> line.startsWith(NAME))
                    .map(line -> Path.of("/dev", line.substring(NAME.length())))
                    .findFirst();
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
