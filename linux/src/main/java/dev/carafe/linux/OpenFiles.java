package dev.carafe.linux;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/// What processes have open (proc_pid_fd(5)).
///
/// @param sockets those of the descriptors that are sockets
public record OpenFiles(long descriptors, long sockets) {
    /// Each costs two system calls; who has more is not counted.
    private static final int MOST_DESCRIPTORS = 1 << 16;

    /// Of all of them together; a process that has ended has none. Empty when they have too many.
    public static Optional<OpenFiles> of(Collection<Integer> processes) {
        var count = new Count();
        for (var pid : processes) {
            if (!count.add(Path.of("/proc/" + pid + "/fd"))) {
                return Optional.empty();
            }
        }
        return Optional.of(new OpenFiles(count.descriptors, count.sockets));
    }

    private static final class Count {
        private long descriptors;
        private long sockets;

        /// Whether all were counted.
        boolean add(Path folder) {
            try (var links = Files.newDirectoryStream(folder)) {
                for (var link : links) {
                    descriptors++;
                    if (descriptors > MOST_DESCRIPTORS) {
                        return false;
                    }
                    if (isSocket(link)) {
                        sockets++;
                    }
                }
            } catch (IOException | DirectoryIteratorException ended) {
                return true;
            }
            return true;
        }

        private static boolean isSocket(Path link) {
            try {
                return Files.readSymbolicLink(link).toString().startsWith("socket:");
            } catch (IOException closed) {
                return false;
            }
        }
    }
}
