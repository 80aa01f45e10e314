package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.linux.Pidfd;
import dev.carafe.linux.Signals;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a creation that was cut off leaves, and damaged files, are no more than the next look finds and removes.
@Tag("system")
@Timeout(120)
class HalfCreatedContainerTest {
    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aCreateThatHangsIsGivenUpAndTakenBack(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var hanging = host.runtimeBehind("""
                    case "$*" in *create*) exec sleep 1000;; *) exec $RUNTIME "$@";; esac
                    """);
            var runtime = new ConmonRuntime(
                    host.handler(hanging, TestHost.installed("conmon"), Duration.ofMillis(500)), host.directories());
            var container = host.container(host.id("a"), "/bin/true");
            var failure = assertThrows(IOException.class, () -> runtime.create(container));
            assertTrue(failure.getMessage().contains("did not create it within"), failure.getMessage());
            assertEquals(List.of(), host.leftovers());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aCreateThatWasInterruptedLeavesNothing(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var began = host.root().resolve("tmp/began");
            var slow = host.runtimeBehind("""
                    case "$*" in *create*) touch %s; exec sleep 1000;; *) exec $RUNTIME "$@";; esac
                    """.formatted(began));
            var runtime = new ConmonRuntime(
                    host.handler(slow, TestHost.installed("conmon"), Duration.ofMinutes(1)), host.directories());
            var container = host.container(host.id("a"), "/bin/true");
            var caller = Thread.ofVirtual()
                    .start(() -> assertThrows(InterruptedException.class, () -> runtime.create(container)));
            Await.until(() -> Files.exists(began));
            caller.interrupt();
            caller.join();
            assertEquals(List.of(), host.leftovers());
        }
    }

    /// As a daemon that was killed in the middle leaves it.
    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void anotherDaemonTakesBackWhatWasHalfCreated(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var began = host.root().resolve("tmp/began");
            var slow = host.runtimeBehind("""
                    case "$*" in *create*) touch %s; exec sleep 1000;; *) exec $RUNTIME "$@";; esac
                    """.formatted(began));
            var handler = host.handler(slow, TestHost.installed("conmon"), Duration.ofMinutes(1));
            var container = host.container(host.id("a"), "/bin/true");
            var files = host.files(container.id());
            host.directories().make();
            Files.createDirectory(files.folder());
            var first = Thread.ofVirtual().start(() -> {
                // Without the take-back that a living daemon does.
                assertThrows(
                        InterruptedException.class,
                        () -> new CreateContainer(handler, host::cgroups)
                                .begin(files, container)
                                .finish());
            });
            Await.until(() -> Files.exists(began));
            first.interrupt();
            first.join();
            assertEquals(1, Monitor.search(files).stream().peek(Monitor::close).count());
            host.runtime().delete(container.id());
            assertEquals(List.of(), host.leftovers());
        }
    }

    /// As a daemon that is killed leaves it, wherever that is.
    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aCreateThatIsCutOffAtAnyMomentIsTakenBack(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            host.directories().make();
            for (var i = 0; i < 25; i++) {
                var container = host.container(host.id("cut" + i), "/bin/sleep", "1000");
                var files = host.files(container.id());
                Files.createDirectory(files.folder());
                var creating = Thread.ofVirtual().start(() -> {
                    try {
                        new CreateContainer(host.handler(), host::cgroups)
                                .begin(files, container)
                                .finish();
                    } catch (IOException | InterruptedException cutOff) {
                        return;
                    }
                });
                LockSupport.parkNanos(Duration.ofMillis(i).toNanos());
                creating.interrupt();
                creating.join();
                host.runtime().delete(container.id());
                assertEquals(List.of(), host.leftovers(), "after " + i + " ms");
            }
        }
    }

    /// As a monitor leaves it that is killed while it writes.
    @Test
    void anExitThatWasNotWrittenToItsEndGoesWithItsContainer() throws Exception {
        try (var host = TestHost.with("runc")) {
            var id = host.id("a");
            host.runtime().create(host.container(id, "/bin/true"));
            Files.createFile(host.directories().exits().resolve(id + ".UFHKZ3"));
            host.runtime().delete(id);
            assertEquals(List.of(), host.leftovers());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void damagedFilesDontKeepAContainerFromBeingDeleted(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            var started = host.runtime().create(host.container(id, "/bin/sleep", "1000"));
            host.runtime().start(id);
            for (var file : List.of(
                    host.files(id).init(),
                    host.files(id).monitorPid(),
                    host.bundle(id).resolve("config.json"))) {
                Files.write(file, new byte[] {(byte) 0xFF, 0, '{'});
            }
            // A monitor that is late writes its files after its container's end.
            var monitor = Pidfd.open(started.monitorPid()).orElseThrow();
            monitor.signal(Signals.STOP);
            var late = Thread.ofVirtual().start(() -> {
                try (monitor) {
                    Await.until(() -> !HostProcess.read(started.pid())
                            .filter(HostProcess::isAlive)
                            .isPresent());
                    Thread.sleep(300);
                    monitor.signal(Signals.CONT);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            host.runtime().delete(id);
            assertEquals(List.of(), host.leftovers());
            late.join();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aMonitorWhoseControlGroupIsMissingStaysWhereItIs(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            host.container(id, "/bin/sleep", "1000");
            var container = new ContainerProcess(
                    id, "test", host.bundle(id), host.log(id), false, false, false, -1, host.cgroup() + "/missing");
            var started = host.runtime().create(container);
            host.runtime().start(id);
            assertTrue(HostProcess.read(started.monitorPid()).isPresent());
            host.runtime().delete(id);
            assertEquals(List.of(), host.leftovers());
        }
    }
}
