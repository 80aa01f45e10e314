package dev.carafe.engine.spec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A text file of the node, which is its administrator's.
public final class NodeFile {
    private NodeFile() {}

    /// @throws IOException also when it has more than the bound
    public static String read(Path file, int maximumBytes) throws IOException {
        try (var content = Files.newInputStream(file)) {
            var bytes = content.readNBytes(maximumBytes + 1);
            if (bytes.length > maximumBytes) {
                throw new IOException(file + " is larger than " + maximumBytes + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
