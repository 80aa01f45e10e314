package dev.carafe.runtime;

import dev.carafe.linux.Directory;
import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.Fd;
import dev.carafe.linux.FileType;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// Named pipes by which a shim has the streams of a process.
final class Fifos {
    private static final int MODE = 0600;
    private static final Duration OPENED_WITHIN = Duration.ofSeconds(10);
    private static final Duration LOOKED_AT_EVERY = Duration.ofMillis(5);

    private Fifos() {}

    /// Fails where there is something already.
    static void make(Path path) throws IOException {
        if (Files.exists(path)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        try (var folder = Directory.open(Objects.requireNonNull(path.getParent()))) {
            folder.mknod(path.getFileName().toString(), FileType.FIFO.bits() | MODE, 0, 0);
        }
    }

    static void make(ShimTask.Streams streams) throws IOException {
        for (var path : paths(streams)) {
            make(path);
        }
    }

    private static List<Path> paths(ShimTask.Streams streams) {
        return Stream.of(streams.stdin(), streams.stdout(), streams.stderr())
                .filter(path -> !path.isEmpty())
                .map(Path::of)
                .toList();
    }

    /// A terminal has its errors in its output.
    static ShimTask.Streams streams(ContainerFiles files, String process, boolean input, boolean tty) {
        return new ShimTask.Streams(
                tty,
                input ? files.fifo(process, "stdin").toString() : "",
                files.fifo(process, "stdout").toString(),
                tty ? "" : files.fifo(process, "stderr").toString());
    }

    /// For writing, once somebody reads it: a shim may open its end a little later than it says that it has.
    static Fd openForWriting(Path path) throws IOException, InterruptedException {
        var deadline = Deadline.in(OPENED_WITHIN);
        while (true) {
            try {
                return Fd.openFifo(path);
            } catch (ErrnoException e) {
                if (e.errno() != Errno.ENXIO || deadline.isOver()) {
                    throw e;
                }
                Thread.sleep(LOOKED_AT_EVERY);
            }
        }
    }

    /// Idempotent.
    static void remove(ShimTask.Streams streams) throws IOException {
        for (var path : paths(streams)) {
            Files.deleteIfExists(path);
        }
    }
}
