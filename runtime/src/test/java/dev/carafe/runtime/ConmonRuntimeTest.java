package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.linux.Pidfd;
import dev.carafe.linux.Signals;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("system")
@Timeout(120)
class ConmonRuntimeTest {
    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aContainerIsCreatedStartedAndEndsWithItsCode(String name) throws Exception {
        try (var host = TestHost.with(name);
                var exits = ExitWatcher.open(host.directories())) {
            var id = host.id("a");
            var runtime = host.runtime();
            var before = Instant.now();
            var started = runtime.create(host.container(id, "/bin/sh", "-c", "echo out; echo err >&2; exit 7"));
            assertEquals(
                    new State(id, State.Status.CREATED, started.pid()),
                    runtime.state(id).orElseThrow());
            assertEquals(Optional.empty(), runtime.exitOf(id));
            assertTrue(Files.exists(host.files(id).attachLink().resolve("attach")));
            exits.watch(id, started.monitorPid());
            runtime.start(id);
            var exit = exits.next();
            assertEquals(id, exit.id());
            assertEquals(7, exit.exitCode());
            assertTrue(exit.seen());
            assertFalse(exit.oomKilled());
            assertFalse(exit.at().isBefore(before.minusMillis(100)));
            assertEquals(Optional.of(exit), runtime.exitOf(id));
            assertFalse(runtime.state(id).orElseThrow().isAlive());
            var log = host.logText(id);
            assertTrue(
                    log.matches("(?s)\\S+T\\S+ stdout F out\n\\S+ stderr F err\n")
                            || log.matches("(?s)\\S+ stderr F err\n\\S+ stdout F out\n"),
                    log);
            runtime.delete(id);
            assertEquals(Optional.empty(), runtime.state(id));
            assertEquals(Optional.empty(), runtime.exitOf(id));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void theKernelKnowsWhatWasStartedAndLives(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            var runtime = host.runtime();
            var started = runtime.create(host.container(id, "/bin/sleep", "1000"));
            assertFalse(runtime.isKnownToBeStarted(id));
            runtime.start(id);
            Await.until(() -> runtime.isKnownToBeStarted(id));
            var init = Files.readString(host.files(id).init()).split(" ");
            Files.writeString(host.files(id).init(), init[0] + " " + init[1]);
            assertFalse(runtime.isKnownToBeStarted(id), "as an earlier version wrote it");
            Files.writeString(host.files(id).init(), init[0] + " 1 " + init[2]);
            assertFalse(runtime.isKnownToBeStarted(id), "another process's");
            try (var process = Pidfd.open(started.pid()).orElseThrow()) {
                process.signal(Signals.KILL);
                assertTrue(process.awaitExit(Duration.ofSeconds(10)));
            }
            Files.writeString(host.files(id).init(), String.join(" ", init));
            assertFalse(runtime.isKnownToBeStarted(id), "it has ended");
            runtime.delete(id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aLineWithoutAnEndIsLoggedAsPartial(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            runToTheEnd(host, host.container(id, "/bin/sh", "-c", "printf 'one\ntwo'"));
            var lines = host.logText(id)
                    .lines()
                    .map(line -> line.substring(line.indexOf(' ') + 1))
                    .toList();
            assertEquals(List.of("stdout F one", "stdout P two"), lines.subList(0, 2));
            host.runtime().delete(id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aContainerWithoutALogWritesNone(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            host.container(id, "/bin/echo", "hello");
            runToTheEnd(
                    host, new ContainerProcess(id, "test", host.bundle(id), Path.of(""), false, false, false, -1, ""));
            host.runtime().reopenLog(id);
            try (var logs = Files.list(host.logs())) {
                assertEquals(List.of(), logs.toList());
            }
            host.runtime().delete(id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aTerminalIsATerminal(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            Bundle.write(host.bundle(id), host.spec(id, true, null, List.of("/bin/sh", "-c", "tty; exit 3")));
            var exit = runToTheEnd(
                    host, new ContainerProcess(id, "test", host.bundle(id), host.log(id), true, true, false, -1, ""));
            assertEquals(3, exit.exitCode());
            assertTrue(host.logText(id).contains("stdout F /dev/pts/0"), host.logText(id));
            host.runtime().delete(id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void inputThatCanBeAttachedToStaysOpen(String name) throws Exception {
        try (var host = TestHost.with(name);
                var exits = ExitWatcher.open(host.directories())) {
            var id = host.id("a");
            var runtime = host.runtime();
            host.container(id, "/bin/sh", "-c", "echo ready; cat; exit 5");
            var started = runtime.create(
                    new ContainerProcess(id, "test", host.bundle(id), host.log(id), false, true, false, -1, ""));
            exits.watch(id, started.monitorPid());
            runtime.start(id);
            assertTrue(runtime.state(id).orElseThrow().isRunning());
            runtime.kill(id, Signals.KILL);
            assertEquals(137, exits.next().exitCode());
            runtime.delete(id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aSignalReachesTheFirstProcessAndAnEndedOneIsNoError(String name) throws Exception {
        try (var host = TestHost.with(name);
                var exits = ExitWatcher.open(host.directories())) {
            var id = host.id("a");
            var runtime = host.runtime();
            var started = runtime.create(host.container(
                    id, "/bin/sh", "-c", "trap 'exit 9' TERM; echo ready; while true; do sleep 0.05; done"));
            exits.watch(id, started.monitorPid());
            runtime.start(id);
            Await.until(() -> host.logText(id).contains("ready"));
            assertTrue(runtime.state(id).orElseThrow().isRunning());
            runtime.kill(id, Signals.TERM);
            var exit = exits.next();
            assertEquals(9, exit.exitCode());
            assertFalse(exit.oomKilled());
            runtime.kill(id, Signals.TERM);
            runtime.delete(id);
            runtime.kill(id, Signals.KILL);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void deleteKillsWhatRunsAndIsIdempotent(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            var runtime = host.runtime();
            runtime.delete(host.id("never-there"));
            runtime.create(host.container(id, "/bin/sleep", "1000"));
            runtime.start(id);
            runtime.delete(id);
            assertEquals(List.of(), host.leftovers());
            runtime.delete(id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void deleteRemovesWhatWasNeverStarted(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            host.runtime().create(host.container(id, "/bin/sleep", "1000"));
            host.runtime().delete(id);
            assertEquals(List.of(), host.leftovers());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aFailedCreateGivesTheRuntimesWordsAndLeavesNothing(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            var container = host.container(id, "/bin/nosuchthing");
            var failure = assertThrows(IOException.class, () -> host.runtime().create(container));
            assertTrue(failure.getMessage().contains("could not create container " + id), failure.getMessage());
            assertTrue(failure.getMessage().contains("/bin/nosuchthing"), failure.getMessage());
            assertTrue(failure.getMessage().toLowerCase(Locale.ROOT).contains("no such file or directory"));
            assertEquals(0, failure.getSuppressed().length);
            assertEquals(List.of(), host.leftovers());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aSecondCreateOfAnIdLeavesTheFirstAlone(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            var container = host.container(id, "/bin/sleep", "1000");
            host.runtime().create(container);
            assertThrows(IOException.class, () -> host.runtime().create(container));
            host.runtime().start(id);
            assertTrue(host.runtime().state(id).orElseThrow().isRunning());
            host.runtime().delete(id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aStartThatFailsGivesTheRuntimesWords(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            var unknown = assertThrows(IOException.class, () -> host.runtime().start(id));
            assertTrue(unknown.getMessage().contains("start " + id + " ended with 1: "), unknown.getMessage());
            host.runtime().create(host.container(id, "/bin/sleep", "1000"));
            host.runtime().start(id);
            assertThrows(IOException.class, () -> host.runtime().start(id));
            assertTrue(host.runtime().state(id).orElseThrow().isRunning());
            host.runtime().delete(id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aMonitorThatFailsSaysWhy(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            host.container(id, "/bin/true");
            var noFolder = host.logs().resolve("missing/a.log");
            var container = new ContainerProcess(id, "test", host.bundle(id), noFolder, false, false, false, -1, "");
            var failure = assertThrows(IOException.class, () -> host.runtime().create(container));
            assertTrue(failure.getMessage().contains("Failed to open log file"), failure.getMessage());
            assertEquals(List.of(), host.leftovers());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void programsThatAreMissingAreNamed(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var container = host.container(host.id("a"), "/bin/true");
            var noMonitor = new ConmonRuntime(
                    host.handler(host.handler().path(), Path.of("/nonexistent/conmon"), Duration.ofMinutes(1)),
                    host.directories());
            var failure = assertThrows(IOException.class, () -> noMonitor.create(container));
            assertTrue(failure.getMessage().contains("/nonexistent/conmon: ENOENT"), failure.getMessage());
            var noRuntime = new ConmonRuntime(
                    host.handler(Path.of("/nonexistent/runc"), TestHost.installed("conmon"), Duration.ofMinutes(1)),
                    host.directories());
            var unanswered = assertThrows(IOException.class, () -> noRuntime.state(container.id()));
            assertTrue(unanswered.getMessage().contains("/nonexistent/runc"), unanswered.getMessage());
            host.runtime().delete(container.id());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aRuntimeThatPrintsGarbageIsAnErrorAndNoAnswer(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            for (var text : List.of("echo '{\"status\":[1]}'", "head -c 200000 /dev/urandom", "echo no >&2; exit 1")) {
                var runtime = new ConmonRuntime(
                        host.handler(host.runtimeBehind(text), TestHost.installed("conmon"), Duration.ofMinutes(1)),
                        host.directories());
                assertThrows(IOException.class, () -> runtime.state(host.id("a")));
            }
            var failing = new ConmonRuntime(
                    host.handler(host.runtimeBehind("exit 1"), TestHost.installed("conmon"), Duration.ofMinutes(1)),
                    host.directories());
            assertThrows(IOException.class, () -> failing.kill(host.id("a"), Signals.KILL));
            assertThrows(IOException.class, () -> failing.delete(host.id("a")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void theMonitorLivesInItsControlGroupWithNothingOfTheDaemon(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            var group = host.cgroup() + "/crio-conmon-" + id;
            host.container(id, "/bin/sleep", "1000");
            var started = host.runtime()
                    .create(new ContainerProcess(
                            id, "test", host.bundle(id), host.log(id), false, false, false, -1, group));
            Await.until(() -> host.cgroups().processes(group).contains(started.monitorPid()));
            var ofContainer = Files.readString(Path.of("/proc/" + started.pid() + "/cgroup"));
            assertTrue(ofContainer.contains(host.containerCgroup(id)), ofContainer);
            var monitor = HostProcess.read(started.monitorPid()).orElseThrow();
            assertEquals(monitor.pid(), monitor.session());
            assertNotEquals(ProcessHandle.current().pid(), monitor.parent());
            assertEquals(
                    monitor.pid(), HostProcess.read(started.pid()).orElseThrow().parent());
            assertEquals(Path.of("/"), Files.readSymbolicLink(Path.of("/proc/" + monitor.pid() + "/cwd")));
            try (var descriptors = Files.list(Path.of("/proc/" + monitor.pid() + "/fd"))) {
                for (var descriptor : descriptors.toList()) {
                    assertFalse(Files.readSymbolicLink(descriptor).toString().endsWith(".jar"), descriptor.toString());
                }
            }
            host.runtime().delete(id);
            host.cgroups().remove(group);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aReopenedLogGoesOnInTheNewFile(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            var runtime = host.runtime();
            var go = host.root().resolve("tmp/go");
            runtime.create(host.container(
                    id,
                    "/bin/sh",
                    "-c",
                    "echo before; while ! stat /tmp/go >/dev/null 2>&1; do sleep 0.05; done; echo after; sleep 1000"));
            runtime.start(id);
            Await.until(() -> host.logText(id).contains("before"));
            var moved = host.logs().resolve("moved");
            Files.move(host.log(id), moved);
            runtime.reopenLog(id);
            assertTrue(Files.exists(host.log(id)));
            Files.createFile(go);
            Await.until(() -> host.logText(id).contains("after"));
            assertFalse(host.logText(id).contains("before"));
            assertFalse(Files.readString(moved).contains("after"));
            runtime.delete(id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aLogThatWasNotMovedStaysWholeWhenItIsReopened(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            var runtime = host.runtime();
            runtime.create(host.container(id, "/bin/sh", "-c", "echo line; sleep 1000"));
            runtime.start(id);
            Await.until(() -> host.logText(id).contains("line"));
            var old = Files.getAttribute(host.log(id), "unix:ino");
            runtime.reopenLog(id);
            assertEquals(old, Files.getAttribute(host.log(id), "unix:ino"));
            assertTrue(host.logText(id).contains("line"));
            Files.delete(host.log(id));
            runtime.reopenLog(id);
            assertTrue(Files.exists(host.log(id)));
            runtime.delete(id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aReopenWithoutAMonitorIsAnErrorAndMakesNoFile(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            runToTheEnd(host, host.container(id, "/bin/true"));
            Files.delete(host.log(id));
            assertThrows(IOException.class, () -> host.runtime().reopenLog(id));
            assertFalse(Files.exists(host.log(id)));
            host.runtime().delete(id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aContainerThatUsesUpItsMemoryIsToldAsOomKilled(String name) throws Exception {
        try (var host = TestHost.with(name)) {
            var id = host.id("a");
            var limit = new RuntimeSpec.Memory(16L << 20, null, 16L << 20);
            var resources = new RuntimeSpec.Resources(null, limit, null, null, null, null, null);
            Bundle.write(host.bundle(id), host.spec(id, false, resources, List.of("/bin/tail", "/dev/zero")));
            var exit = runToTheEnd(
                    host, new ContainerProcess(id, "test", host.bundle(id), host.log(id), false, false, false, -1, ""));
            assertEquals(137, exit.exitCode());
            assertTrue(exit.oomKilled());
            assertTrue(exit.seen());
            host.runtime().delete(id);
        }
    }

    private static ContainerExit runToTheEnd(TestHost host, ContainerProcess container) throws Exception {
        try (var exits = ExitWatcher.open(host.directories())) {
            var started = host.runtime().create(container);
            exits.watch(container.id(), started.monitorPid());
            host.runtime().start(container.id());
            var exit = exits.next();
            Await.until(() -> Monitor.open(started.monitorPid(), host.files(container.id()))
                    .isEmpty());
            return exit;
        }
    }
}
