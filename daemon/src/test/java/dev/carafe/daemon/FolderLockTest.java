package dev.carafe.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
    @TempDir
    private Path folder;

    @Test
    void theFolderIsMadeForTheDaemonAlone() throws IOException {
        var root = folder.resolve("a/root");
        try (var _ = FolderLock.take(root)) {
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(root)));
        }
    }

    @Test
    void aSecondOneIsRefusedAndTheFirstIsNamed() throws IOException {
        try (var _ = FolderLock.take(folder)) {
            var refused = assertThrows(IOException.class, () -> FolderLock.take(folder));
            var pid = ProcessHandle.current().pid();
            assertTrue(
                    String.valueOf(refused.getMessage()).startsWith("another daemon (process " + pid + ") works in"),
                    refused.getMessage());
        }
    }

    @Test
    void theNextOneMayHaveItAfterwards() throws IOException {
        FolderLock.take(folder).close();
        FolderLock.take(folder).close();
        try (var _ = FolderLock.take(folder)) {
            assertThrows(IOException.class, () -> FolderLock.take(folder));
        }
    }

    @Test
    void whatAKilledProcessHeldIsFree() throws Exception {
        var holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertEquals('!', holder.getInputStream().read());
            assertThrows(IOException.class, () -> FolderLock.take(folder));
        } finally {
            holder.destroyForcibly();
            assertTrue(holder.waitFor(10, TimeUnit.SECONDS));
        }
        FolderLock.take(folder).close();
    }

    /// Another process: takes the folder, says so, and waits for its end.
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws Exception {
            try (var _ = FolderLock.take(Path.of(arguments[0]))) {
                System.out.print("!");
                System.out.flush();
                System.in.read();
            }
        }
    }

    @Test
    void aFolderThatCantBeMadeIsAnError() {
        assertThrows(IOException.class, () -> FolderLock.take(Path.of("/proc/nothing")));
        assertEquals(List.of(), List.of(folder.toFile().list()));
    }
}
