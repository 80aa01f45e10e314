package dev.carafe.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// Mounts of the daemon's mount namespace.
@SuppressWarnings({"DoNotCallSuggester", "unused", "UnusedVariable"})
public final class Mounts {
    private Mounts() {}

    public static void bind(Path source, Path target, boolean recursive, boolean readOnly) throws ErrnoException {
        throw Unwritten.yet();
    }

    public static void overlay(List<Path> lower, Path upper, Path work, Path target) throws ErrnoException {
        throw Unwritten.yet();
    }

    public static void tmpfs(Path target, long sizeBytes, int mode, Set<MountFlag> flags) throws ErrnoException {
        throw Unwritten.yet();
    }

    public static void makePrivate(Path target) throws ErrnoException {
        throw Unwritten.yet();
    }

    public static void makeShared(Path target) throws ErrnoException {
        throw Unwritten.yet();
    }

    public static void unmount(Path target) throws ErrnoException {
        throw Unwritten.yet();
    }

    public static boolean isMountPoint(Path target) throws ErrnoException {
        throw Unwritten.yet();
    }

    public static List<MountEntry> read() throws IOException {
        throw Unwritten.yet();
    }
}
