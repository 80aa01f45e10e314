package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.linux.Child;
import dev.carafe.linux.Signals;
import dev.carafe.linux.Spawn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// With processes that only look like monitors; [UnmonitoredContainerTest] has real ones.
@Timeout(60)
class ExitWatcherTest {
    private static final Instant LONG_AGO = Instant.parse("2026-01-02T03:04:05.678Z");

    @TempDir
    Path folder;

    private RuntimeDirectories directories;

    @BeforeEach
    void directories() {
        directories =
                new RuntimeDirectories(folder.resolve("exits"), folder.resolve("attach"), folder.resolve("persist"));
    }

    /// A shell that waits, with a monitor's arguments.
    private Child monitor(String id) throws Exception {
        var exits = directories.exits().toString();
        var child = Spawn.of(
                        Path.of("/bin/sh"), List.of("-c", "sleep 1000; :", "sh", "-c", id, "--exit-dir", exits, "-x"))
                .environment(Map.of("PATH", "/bin:/usr/bin"))
                .start();
        // The kernel shows the arguments a moment after the program was started.
        Await.until(() -> isMonitor(child.pid(), id));
        return child;
    }

    private boolean isMonitor(int pid, String id) throws IOException {
        var found = Monitor.open(pid, new ContainerFiles(directories, id));
        found.ifPresent(Monitor::close);
        return found.isPresent();
    }

    private void leaveExit(String id, String content) throws IOException {
        var files = new ContainerFiles(directories, id);
        var temporary = Files.writeString(directories.exits().resolve(id + ".X7J2QA"), content);
        Files.setLastModifiedTime(temporary, FileTime.from(LONG_AGO));
        Files.move(temporary, files.exit(), StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void anExitIsToldWhenItsFileAppears() throws Exception {
        try (var exits = ExitWatcher.open(directories);
                var monitor = monitor("a")) {
            exits.watch("a", monitor.pid());
            leaveExit("other", "1");
            leaveExit("a", "3");
            assertEquals(new ContainerExit("a", 3, LONG_AGO, false, true), exits.next());
        }
    }

    @Test
    void anExitFromBeforeTheWatchIsToldToo() throws Exception {
        try (var exits = ExitWatcher.open(directories);
                var monitor = monitor("a")) {
            leaveExit("a", "143");
            exits.watch("a", monitor.pid());
            assertEquals(new ContainerExit("a", 143, LONG_AGO, false, true), exits.next());
        }
    }

    @Test
    void anExitOfAMonitorThatIsGoneIsTold() throws Exception {
        try (var exits = ExitWatcher.open(directories)) {
            leaveExit("a", "0");
            exits.watch("a", 0);
            assertEquals(new ContainerExit("a", 0, LONG_AGO, false, true), exits.next());
        }
    }

    @Test
    void aMonitorThatDiesWithoutAWordIsTold() throws Exception {
        try (var exits = ExitWatcher.open(directories);
                var monitor = monitor("a")) {
            var before = Instant.now();
            exits.watch("a", monitor.pid());
            monitor.kill(Signals.KILL);
            var exit = exits.next();
            assertFalse(exit.seen());
            assertEquals(137, exit.exitCode());
            assertFalse(exit.oomKilled());
            assertFalse(exit.at().isBefore(before));
        }
    }

    @Test
    void anotherProcessWithTheMonitorsPidIsNotTakenForIt() throws Exception {
        try (var exits = ExitWatcher.open(directories);
                var monitor = monitor("b")) {
            exits.watch("a", monitor.pid());
            assertFalse(exits.next().seen());
            assertTrue(Monitor.open(monitor.pid(), new ContainerFiles(directories, "b"))
                    .isPresent());
        }
    }

    @Test
    void theContainerOfADeadMonitorIsKilledBeforeItIsTold() throws Exception {
        try (var exits = ExitWatcher.open(directories);
                var init = Spawn.of(Path.of("/bin/sleep"), List.of("1000")).start()) {
            var files = new ContainerFiles(directories, "a");
            Files.createDirectory(files.folder());
            KnownProcess.of(init.pid()).orElseThrow().write(files.init());
            exits.watch("a", 0);
            assertFalse(exits.next().seen());
            assertFalse(HostProcess.read(init.pid()).orElseThrow().isAlive());
        }
    }

    @Test
    void aProcessThatGotThePidOfADeadContainerIsLeftAlone() throws Exception {
        try (var exits = ExitWatcher.open(directories);
                var other = Spawn.of(Path.of("/bin/sleep"), List.of("1000")).start()) {
            var files = new ContainerFiles(directories, "a");
            Files.createDirectory(files.folder());
            var init = KnownProcess.of(other.pid()).orElseThrow();
            new KnownProcess(init.pid(), init.startTicks() - 1, init.program()).write(files.init());
            exits.watch("a", 0);
            assertFalse(exits.next().seen());
            assertTrue(HostProcess.read(other.pid()).orElseThrow().isAlive());
        }
    }

    @Test
    void aFileThatHoldsNoExitCodeIsAnEndThatNobodySaw() throws Exception {
        try (var exits = ExitWatcher.open(directories)) {
            for (var content : List.of("", "x", "-1", "256", "99999999999", "3 4", "1".repeat(100_000))) {
                leaveExit("a", content);
                exits.watch("a", 0);
                assertEquals(ContainerExit.unseen("a", LONG_AGO), exits.next(), content);
            }
        }
    }

    @Test
    void aKillForMemoryIsToldOnlyOfTheOneThatWasKilled() throws Exception {
        try (var exits = ExitWatcher.open(directories)) {
            var files = new ContainerFiles(directories, "a");
            Files.createDirectory(files.folder());
            Files.createFile(files.oom());
            leaveExit("a", "137");
            exits.watch("a", 0);
            assertTrue(exits.next().oomKilled());
            leaveExit("a", "1");
            exits.watch("a", 0);
            assertFalse(exits.next().oomKilled());
        }
    }

    @Test
    void eachOfManyIsToldOnce() throws Exception {
        var ids = IntStream.range(0, 300).mapToObj(i -> "c" + i).toList();
        var told = new HashSet<String>();
        try (var exits = ExitWatcher.open(directories)) {
            var writer = Thread.ofVirtual().start(() -> {
                for (var id : ids) {
                    try {
                        leaveExit(id, "0");
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }
            });
            // Without a monitor the exit must be there before the watch, or it is told as unseen.
            for (var id : ids) {
                Await.until(() -> Files.exists(directories.exits().resolve(id)));
                exits.watch(id, 0);
            }
            for (var i = 0; i < ids.size(); i++) {
                assertTrue(told.add(exits.next().id()));
            }
            writer.join();
            assertEquals(Set.copyOf(ids), told);
            // Were one told twice, it would come before this one.
            leaveExit("last", "0");
            exits.watch("last", 0);
            assertEquals("last", exits.next().id());
        }
    }

    @Test
    void aWatchedContainerIsNotWatchedTwice() throws Exception {
        try (var exits = ExitWatcher.open(directories);
                var monitor = monitor("a")) {
            exits.watch("a", monitor.pid());
            exits.watch("a", monitor.pid());
            leaveExit("a", "1");
            assertEquals(1, exits.next().exitCode());
            leaveExit("b", "2");
            exits.watch("b", 0);
            assertEquals("b", exits.next().id());
        }
    }

    @Test
    void closingTellsNothingOfWhatGoesOn() throws Exception {
        try (var monitor = monitor("a")) {
            var exits = ExitWatcher.open(directories);
            exits.watch("a", monitor.pid());
            exits.close();
            exits.close();
            assertTrue(HostProcess.read(monitor.pid()).orElseThrow().isAlive());
            // It goes when its reader has been woken.
            Await.until(() -> !descriptors().contains("anon_inode:inotify"));
        }
    }

    private static List<String> descriptors() throws IOException {
        try (var links = Files.list(Path.of("/proc/self/fd"))) {
            return links.map(ExitWatcherTest::target).toList();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            return "";
        }
    }
}
