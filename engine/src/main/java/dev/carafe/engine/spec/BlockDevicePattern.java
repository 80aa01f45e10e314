package dev.carafe.engine.spec;

import dev.carafe.linux.Directory;
import dev.carafe.linux.FileType;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.PatternSyntaxException;

/// Block devices of the host by a path whose last name may be a pattern, such as `/dev/sd*` or `/dev/disk/by-id/ssd-?`.
final class BlockDevicePattern {
    private static final int MAXIMUM_DEVICES = 4096;
    private static final Path SYSFS = Path.of("/sys/dev/block");

    private BlockDevicePattern() {}

    /// @param sharesByWeight its scheduler knows weights; a partition's never does
    record Found(long major, long minor, boolean sharesByWeight) {}

    /// @throws IOException when it can't be one
    static String check(String pattern, String where) throws IOException {
        try {
            var path = Path.of(pattern);
            if (!path.isAbsolute() || path.getNameCount() < 2) {
                throw new IOException(where + "not the path of devices: " + pattern);
            }
            if (Objects.requireNonNull(path.getParent()).toString().matches(".*[*?\\[{].*")) {
                throw new IOException(where + "only the last name of a path may be a pattern: " + pattern);
            }
            var _ = FileSystems.getDefault().getPathMatcher("glob:" + path.getFileName());
            return pattern;
        } catch (InvalidPathException | PatternSyntaxException e) {
            throw new IOException(where + "no pattern of paths: " + pattern, e);
        }
    }

    /// Those that are there now, links followed; what is no block device is passed over.
    static List<Found> find(String pattern) throws IOException {
        var path = Path.of(pattern);
        var folder = Objects.requireNonNull(path.getParent());
        var found = new ArrayList<Found>();
        if (!Files.isDirectory(folder)) {
            return found;
        }
        try (var entries = Files.newDirectoryStream(folder, path.getFileName().toString())) {
            for (var entry : entries) {
                if (found.size() == MAXIMUM_DEVICES) {
                    throw new IOException(pattern + ": more than " + MAXIMUM_DEVICES + " devices");
                }
                if (Files.exists(entry)) {
                    add(found, entry.toRealPath());
                }
            }
        }
        return found;
    }

    private static void add(List<Found> found, Path device) throws IOException {
        try (var folder = Directory.open(Objects.requireNonNull(device.getParent()))) {
            var status = folder.status(device.getFileName().toString());
            if (status.isPresent() && status.get().type() == FileType.BLOCK_DEVICE) {
                var major = status.get().major();
                var minor = status.get().minor();
                found.add(new Found(major, minor, sharesByWeight(SYSFS.resolve(major + ":" + minor))));
            }
        }
    }

    private static boolean sharesByWeight(Path device) throws IOException {
        var scheduler = device.resolve("queue/scheduler");
        return Files.exists(scheduler) && Files.readString(scheduler).contains("[bfq]");
    }
}
