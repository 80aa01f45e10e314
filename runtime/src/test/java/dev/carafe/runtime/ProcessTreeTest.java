package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.linux.Child;
import dev.carafe.linux.Spawn;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProcessTreeTest {
    @TempDir
    Path folder;

    private Child shell(String script) throws Exception {
        return Spawn.of(Path.of("/bin/sh"), List.of("-c", script))
                .environment(Map.of("PATH", "/usr/bin:/bin"))
                .workingDirectory(folder)
                .newSession()
                .start();
    }

    private static long living(String command) throws Exception {
        return HostProcess.all().stream()
                .filter(HostProcess::isAlive)
                .filter(process -> TestHost.commandLine(process.pid()).strip().equals(command))
                .count();
    }

    @Test
    void killsChildrenGrandchildrenAndThoseOfItsSessionButNotItself() throws Exception {
        // A time that no other run sleeps for.
        var sleep = "sleep 1" + System.nanoTime() % 100_000_000;
        try (var root = shell("%1$s & (%1$s &); setsid sh -c '%1$s & %1$s'; wait".formatted(sleep))) {
            Await.until(() -> living(sleep) == 4);
            var tree = new ProcessTree(root.pid());
            assertTrue(tree.hasChildren());
            tree.kill();
            assertEquals(0, living(sleep));
            assertTrue(HostProcess.read(root.pid()).isPresent());
        }
    }

    @Test
    void aProcessWithoutChildrenHasAnEmptyTree() throws Exception {
        try (var root = shell("exec sleep 1000")) {
            var tree = new ProcessTree(root.pid());
            assertFalse(tree.hasChildren());
            tree.kill();
            assertTrue(HostProcess.read(root.pid()).orElseThrow().isAlive());
        }
    }
}
