package dev.carafe.engine.spec;

import dev.carafe.engine.Invalid;
import dev.carafe.linux.Directory;
import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.FileStatus;
import dev.carafe.linux.FileType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The device files of the host.
final class HostDevices {
    private static final Path DEV = Path.of("/dev");
    /// What the runtime makes itself, or what is not the host's to share.
    private static final Set<String> NOT_SHARED = Set.of(
            "/dev/console",
            "/dev/fd",
            "/dev/mqueue",
            "/dev/ptmx",
            "/dev/pts",
            "/dev/shm",
            "/dev/.lxc",
            "/dev/.lxd-mounts",
            "/dev/.udev");
    private static final int MAXIMUM_DEVICES = 16384;
    /// Deeper folders are not looked into; udev makes none.
    private static final int MAXIMUM_DEPTH = 8;

    /// A device file; `path` is where it is on the host.
    record Found(Path path, FileStatus status) {}

    private HostDevices() {}

    /// All that a privileged container sees.
    static List<Found> all() throws IOException {
        var found = new ArrayList<Found>();
        collect(DEV, found, 0);
        return found;
    }

    /// The device at a path without links, or those of the folder there.
    ///
    /// @param field for the message when there is none
    static List<Found> at(Path real, String field) throws IOException {
        var found = new ArrayList<Found>();
        var parent = real.getParent();
        if (parent == null || Files.isDirectory(real)) {
            collect(real, found, 0);
            return found;
        }
        try (var folder = Directory.open(parent)) {
            var status = folder.status(real.getFileName().toString()).filter(HostDevices::isDevice);
            status.ifPresent(value -> found.add(new Found(real, value)));
        }
        if (found.isEmpty()) {
            throw new Invalid(field + ": " + real + " is not a device");
        }
        return found;
    }

    private static void collect(Path path, List<Found> found, int depth) throws IOException {
        if (depth > MAXIMUM_DEPTH) {
            return;
        }
        try (var folder = Directory.open(path)) {
            for (var name : folder.names()) {
                var file = path.resolve(name);
                var status = folder.status(name);
                if (status.isEmpty() || NOT_SHARED.contains(file.toString())) {
                    continue;
                }
                if (status.get().type() == FileType.DIRECTORY) {
                    collect(file, found, depth + 1);
                } else if (isDevice(status.get())) {
                    found.add(new Found(file, status.get()));
                }
            }
        } catch (ErrnoException e) {
            // A folder can go away meanwhile: /dev changes as hardware does.
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
        if (found.size() > MAXIMUM_DEVICES) {
            throw new Invalid("devices: more than " + MAXIMUM_DEVICES + " at " + path);
        }
    }

    static boolean isDevice(FileStatus status) {
        return status.type() == FileType.CHARACTER_DEVICE || status.type() == FileType.BLOCK_DEVICE;
    }
}
