package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A creation that has begun waits for the bundle, and leaves nothing when that does not come.
@Tag("system")
@Timeout(60)
class CreationTest {
    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void theBundleIsMadeWhileTheMonitorStarts(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            var creation = host.runtime().begin(host.withoutBundle(id));
            Await.until(() -> waitsForItsRelease(host, id));
            assertFalse(Files.exists(host.bundle(id)));
            host.container(id, "/bin/sh", "-c", "exit 7");
            var started = creation.finish();
            creation.giveUp();
            assertTrue(HostProcess.read(started.pid()).isPresent());
            host.runtime().start(id);
            Await.until(() -> host.runtime().exitOf(id).isPresent());
            assertEquals(7, host.runtime().exitOf(id).orElseThrow().exitCode());
            host.runtime().delete(id);
            assertEquals(List.of(), host.leftovers());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void oneThatIsGivenUpIsDeleted(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            var before = pipes();
            var creation = host.runtime().begin(host.withoutBundle(id));
            creation.giveUp();
            assertEquals(0, monitors(host, id));
            Await.until(() -> pipes() <= before);
            host.runtime().delete(id);
            assertEquals(List.of(), host.leftovers());
            host.runtime().create(host.container(id, "/bin/true"));
            host.runtime().delete(id);
        }
    }

    @Test
    void aMonitorThatHasEndedMeanwhileTellsWhy() throws Exception {
        try (var host = TestHost.with("runc")) {
            var refusing = Files.writeString(host.root().resolve("tmp/refusing"), """
                    #!/bin/sh
                    echo no monitor today >&2
                    exit 3
                    """);
            assertTrue(refusing.toFile().setExecutable(true));
            var runtime = new ConmonRuntime(
                    host.handler(TestHost.installed("runc"), refusing, Duration.ofMinutes(1)), host.directories());
            var id = host.id("a");
            var creation = runtime.begin(host.container(id, "/bin/true"));
            Await.until(() -> monitors(host, id) == 0);
            var failure = assertThrows(IOException.class, creation::finish);
            creation.giveUp();
            assertTrue(failure.getMessage().endsWith("conmon ended with 3: no monitor today"), failure.getMessage());
            assertEquals(List.of(), host.leftovers());
        }
    }

    /// Those that have not ended.
    private static long monitors(TestHost host, String id) throws IOException {
        return Monitor.search(host.files(id)).stream().peek(Monitor::close).count();
    }

    /// Whether it is in a system call with that pipe, number and arguments as proc_pid_syscall(5) tells them.
    private static boolean waitsForItsRelease(TestHost host, String id) throws IOException {
        for (var monitor : Monitor.search(host.files(id))) {
            try (monitor) {
                return Files.readString(Path.of("/proc/" + monitor.pid() + "/syscall"))
                        .startsWith("0 0x4 ");
            }
        }
        return false;
    }

    private static long pipes() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(CreationTest::isPipe).count();
        }
    }

    private static boolean isPipe(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
