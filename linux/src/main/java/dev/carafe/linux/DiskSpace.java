package dev.carafe.linux;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Says what a full file system lacks, and where: the kernel has one error for missing space and missing inodes, and
/// the JDK often forgets the file.
public final class DiskSpace {
    private static final String HELP = "; free some of it: pods, containers and images can still be removed";

    private DiskSpace() {}

    /// The failure, or where it comes of a full file system or quota, one that tells what is left and what helps.
    /// To be called before the space is given back. Idempotent.
    ///
    /// @param file any of the file system, or one that could not be made there; the one that the failure names is
    ///     asked before it
    public static IOException explained(IOException failure, Path file) {
        if (!isFull(failure) || String.valueOf(failure.getMessage()).endsWith(HELP)) {
            return failure;
        }
        try {
            var folder = nearest(named(failure).orElse(file));
            var usage = FileSystemUsage.of(folder);
            return new IOException(
                    failure.getMessage() + "; the file system of " + folder + " has " + usage.availableBytes()
                            + " bytes and " + usage.freeInodes() + " inodes left" + HELP,
                    failure);
        } catch (IOException e) {
            failure.addSuppressed(e);
            return failure;
        }
    }

    private static Optional<Path> named(Throwable failure) {
        if (failure instanceof FileSystemException known && known.getFile() != null) {
            return Optional.of(Path.of(known.getFile()));
        }
        return failure.getCause() == null ? Optional.empty() : named(failure.getCause());
    }

    /// The closest folder that is there.
    private static Path nearest(Path file) {
        var found = file.toAbsolutePath();
        while (found.getParent() != null && !Files.isDirectory(found)) {
            found = found.getParent();
        }
        return found;
    }

    /// Whether it comes of a full file system or quota.
    private static boolean isFull(Throwable failure) {
        return switch (failure) {
            case ErrnoException e when e.is(Errno.ENOSPC) || e.is(Errno.EDQUOT) -> true;
            // The JDK keeps only the text.
            case FileSystemException e when isText(e.getReason()) -> true;
            case IOException e when isText(e.getMessage()) -> true;
            default -> failure.getCause() != null && isFull(failure.getCause());
        };
    }

    private static boolean isText(@Nullable String text) {
        return Errno.text(Errno.ENOSPC).equals(text) || Errno.text(Errno.EDQUOT).equals(text);
    }
}
