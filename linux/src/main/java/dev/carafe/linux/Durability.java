package dev.carafe.linux;

import java.nio.file.Path;

/// Makes the disk hold what was written.
@SuppressWarnings({"DoNotCallSuggester", "unused", "UnusedVariable"})
public final class Durability {
    private Durability() {}

    public static void syncFile(Path file) throws ErrnoException {
        throw Unwritten.yet();
    }

    public static void syncDirectory(Path directory) throws ErrnoException {
        throw Unwritten.yet();
    }

    public static void syncFileSystem(Path anyFile) throws ErrnoException {
        throw Unwritten.yet();
    }
}
