package dev.carafe.storage;

import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.FileSystemUsage;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Says what a full file system lacks: the kernel has one error for missing space and missing inodes.
final class DiskSpace {
    private DiskSpace() {}

    /// The failure, or where it comes of a full file system or quota, one that tells what is left. To be called
    /// before the space is given back.
    ///
    /// @param file any of the file system
    static IOException explained(IOException failure, Path file) {
        if (!isFull(failure)) {
            return failure;
        }
        try {
            var usage = FileSystemUsage.of(file);
            return new IOException(
                    failure.getMessage() + "; the file system of " + file + " has " + usage.availableBytes()
                            + " bytes and " + usage.freeInodes() + " inodes left",
                    failure);
        } catch (IOException e) {
            failure.addSuppressed(e);
            return failure;
        }
    }

    /// Whether it comes of a full file system or quota.
    static boolean isFull(Throwable failure) {
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
