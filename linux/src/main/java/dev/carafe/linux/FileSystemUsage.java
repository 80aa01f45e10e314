package dev.carafe.linux;

import java.nio.file.Path;

/// How full a file system is.
@SuppressWarnings({"DoNotCallSuggester", "unused", "UnusedVariable"})
public final class FileSystemUsage {
    private FileSystemUsage() {}

    public record Usage(long totalBytes, long availableBytes, long totalInodes, long freeInodes) {}

    public static Usage of(Path path) throws ErrnoException {
        throw Unwritten.yet();
    }
}
