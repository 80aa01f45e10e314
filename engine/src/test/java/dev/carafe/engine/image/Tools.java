package dev.carafe.engine.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The host's programs.
final class Tools {
    private Tools() {}

    /// What it prints; fails unless it ends with 0.
    static String run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }

    /// Of all in the folder; also written beside it.
    static byte[] tar(Path folder) throws IOException, InterruptedException {
        var tar = folder.resolveSibling(folder.getFileName() + ".tar");
        run("tar", "-C", folder.toString(), "-cf", tar.toString(), ".");
        return Files.readAllBytes(tar);
    }
}
