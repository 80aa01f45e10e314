package dev.carafe.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProcessTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void aPidfdSeesTheEnd() throws Exception {
        try (var child = Spawn.of(Path.of("/bin/sleep"), List.of("1000")).start();
                var pidfd = Pidfd.open(child.pid()).orElseThrow()) {
            assertFalse(pidfd.hasExited());
            assertFalse(pidfd.awaitExit(Duration.ofMillis(20)));
            pidfd.signal(Signals.KILL);
            assertTrue(pidfd.awaitExit(LONG));
            assertTrue(pidfd.hasExited(), "a zombie has ended");
            assertEquals(
                    new ExitStatus.Signaled(Signals.KILL), child.await(LONG).orElseThrow());
            pidfd.signal(Signals.KILL);
        }
    }

    @Test
    void thereIsNoPidfdOfNobody() throws Exception {
        assertTrue(Pidfd.open(Integer.MAX_VALUE).isEmpty());
        assertTrue(ProcessStat.read(Integer.MAX_VALUE).isEmpty());
    }

    @Test
    void aCommandMayHoldAnyCharacter() {
        var stat = ProcessStat.parse(
                7, "7 (a) S (b) Z 3 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1 2 3 4 5 6 7 8\n");
        assertEquals(new ProcessStat(7, 'Z', 3, 987654), stat);
        assertFalse(stat.isAlive());
    }

    @Test
    void capabilitiesHaveTheirNames() throws Exception {
        assertEquals(Set.of("CAP_CHOWN", "CAP_CHECKPOINT_RESTORE"), ThisProcess.names(1L | 1L << 40));
        assertTrue(ThisProcess.boundingCapabilities().size() <= 41);
        assertTrue(ThisProcess.minimumOomScoreAdj() <= ThisProcess.oomScoreAdj());
        var open = ThisProcess.rlimit(RlimitKind.NOFILE);
        assertTrue(open.soft() > 0 || open.soft() == Rlimit.UNLIMITED);
    }

    @Test
    void inotifyTellsOfCompleteFiles() throws Exception {
        try (var inotify = Inotify.open()) {
            inotify.watch(folder);
            assertTrue(inotify.next(Duration.ofMillis(1)).isEmpty());
            Files.writeString(folder.resolve("a"), "1");
            var events = inotify.next(LONG);
            while (!events.contains(new Inotify.Event.Complete(folder, "a"))) {
                events = inotify.next(LONG);
            }
            Files.delete(folder.resolve("a"));
            assertEquals(List.of(new Inotify.Event.Gone(folder, "a")), inotify.next(LONG));
        }
    }
}
