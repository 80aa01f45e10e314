package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.linux.Pidfd;
import dev.carafe.linux.Signals;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of containers whose monitors are killed.
@Tag("system")
@Timeout(60)
class UnmonitoredContainerTest {
    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void isEndedAndToldWhileItIsWatched(String name) throws Exception {
        try (var host = TestHost.with(name);
                var exits = ExitWatcher.open(host.directories())) {
            var id = host.id("a");
            var runtime = host.runtime();
            var started = runtime.create(host.container(id, "/bin/sleep", "1000"));
            exits.watch(id, started.monitorPid());
            runtime.start(id);
            kill(started.monitorPid());
            var exit = exits.next();
            assertFalse(exit.seen());
            assertEquals(137, exit.exitCode());
            assertFalse(
                    HostProcess.read(started.pid()).filter(HostProcess::isAlive).isPresent());
            assertFalse(runtime.state(id).orElseThrow().isAlive());
            runtime.delete(id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void isEndedAndToldWhenItIsFoundAgain(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            var runtime = host.runtime();
            var started = runtime.create(host.container(id, "/bin/sleep", "1000"));
            runtime.start(id);
            kill(started.monitorPid());
            assertTrue(runtime.state(id).orElseThrow().isRunning());
            try (var exits = ExitWatcher.open(host.directories())) {
                exits.watch(id, started.monitorPid());
                assertFalse(exits.next().seen());
            }
            assertFalse(
                    HostProcess.read(started.pid()).filter(HostProcess::isAlive).isPresent());
            runtime.delete(id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void canBeDeletedUnwatched(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            var started = host.runtime().create(host.container(id, "/bin/sleep", "1000"));
            host.runtime().start(id);
            kill(started.monitorPid());
            host.runtime().delete(id);
            assertFalse(
                    HostProcess.read(started.pid()).filter(HostProcess::isAlive).isPresent());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void anExitWhileNobodyWatchedIsFoundWithItsCode(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            var runtime = host.runtime();
            var started = runtime.create(host.container(id, "/bin/sh", "-c", "exit 42"));
            runtime.start(id);
            Await.until(() -> runtime.exitOf(id).isPresent());
            try (var exits = ExitWatcher.open(host.directories())) {
                exits.watch(id, started.monitorPid());
                var exit = exits.next();
                assertEquals(42, exit.exitCode());
                assertTrue(exit.seen());
                assertEquals(runtime.exitOf(id).orElseThrow(), exit);
            }
            runtime.delete(id);
        }
    }

    private static void kill(int pid) throws Exception {
        try (var process = Pidfd.open(pid).orElseThrow()) {
            process.signal(Signals.KILL);
            assertTrue(process.awaitExit(Duration.ofSeconds(10)));
        }
    }
}
