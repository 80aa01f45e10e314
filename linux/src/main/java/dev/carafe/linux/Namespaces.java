package dev.carafe.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/// Namespaces without a process.
@SuppressWarnings({"DoNotCallSuggester", "unused", "UnusedVariable"})
public final class Namespaces {
    private Namespaces() {}

    public static void pin(Map<NamespaceKind, Path> pins, NamespaceSetup setup) throws IOException {
        throw Unwritten.yet();
    }

    public static void unpin(Path pin) throws ErrnoException {
        throw Unwritten.yet();
    }

    public static boolean isPinned(Path pin) throws ErrnoException {
        throw Unwritten.yet();
    }

    public static <T> T inside(Path pin, IoCallable<T> action) throws IOException {
        throw Unwritten.yet();
    }
}
