package dev.carafe.engine.performance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A small file of the kernel's, with one value.
public final class KernelFile {
    private KernelFile() {}

    public static String read(Path file) throws IOException {
        return Files.readString(file).strip();
    }

    /// What is not there is not made. An empty value is a line's end: the kernel takes no write of nothing.
    public static void write(Path file, String value) throws IOException {
        Files.writeString(
                file, value.isEmpty() ? "\n" : value, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    }
}
