package dev.carafe.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SystemdTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"10000000, 5000", "1000001, 500", "3000000, 1500"})
    void theWatchdogIsFedTwiceAsOftenAsItAsks(String microseconds, long millis) {
        var period = new Systemd(Map.of("WATCHDOG_USEC", microseconds)).watchdog();
        assertEquals(Optional.of(millis), period.map(Duration::toMillis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-5", "1000000", "many", "9223372036854775807"})
    void aWatchdogThatIsNoneOrTooShortIsLeftAlone(String microseconds) {
        assertEquals(Optional.empty(), new Systemd(Map.of("WATCHDOG_USEC", microseconds)).watchdog());
    }

    @Test
    void theWatchdogOfAnotherProcessIsNotOurs() {
        var other = Map.of("WATCHDOG_USEC", "10000000", "WATCHDOG_PID", "1");
        assertEquals(Optional.empty(), new Systemd(other).watchdog());
        var pid = Long.toString(ProcessHandle.current().pid());
        assertTrue(new Systemd(Map.of("WATCHDOG_USEC", "10000000", "WATCHDOG_PID", pid))
                .watchdog()
                .isPresent());
    }

    @Test
    void nobodyIsToldWhereNobodyAsksAndNobodyListening() {
        new Systemd(Map.of()).ready();
        new Systemd(Map.of("NOTIFY_SOCKET", folder.resolve("none").toString())).ready();
    }

    @ParameterizedTest
    @CsvSource({"UNIX-RECV:, ''", "ABSTRACT-RECV:, @"})
    @Tag("system")
    void systemdIsToldOnSocketsOfBothKinds(String listening, String mark) throws Exception {
        var name = folder.resolve("notify").toString();
        var told = folder.resolve("told");
        var socat = new ProcessBuilder("socat", "-u", listening + name, "CREATE:" + told)
                .inheritIO()
                .start();
        try {
            var manager = new Systemd(Map.of("NOTIFY_SOCKET", mark + name));
            while (read(told).isEmpty()) { // it listens by and by
                manager.ready();
            }
            manager.alive();
            manager.stopping();
            while (!read(told).endsWith("WATCHDOG=1STOPPING=1")) {
                assertTrue(socat.isAlive());
            }
            assertTrue(read(told).startsWith("READY=1"), read(told));
        } finally {
            socat.destroyForcibly().waitFor();
        }
    }

    private static String read(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }

    @Test
    @Tag("system")
    void theWatchdogIsFedOnlyWhileTheDaemonAnswers() throws Exception {
        var name = folder.resolve("notify").toString();
        var told = folder.resolve("told");
        var socat = new ProcessBuilder("socat", "-u", "UNIX-RECV:" + name, "CREATE:" + told).start();
        var questions = new AtomicInteger();
        var stuck = new CountDownLatch(1);
        try {
            while (!Files.exists(Path.of(name))) {
                assertTrue(socat.isAlive());
            }
            var manager = new Systemd(Map.of("NOTIFY_SOCKET", name));
            try (var _ = Watchdog.start(manager, Duration.ofMillis(50), () -> {
                switch (questions.incrementAndGet()) {
                    case 1, 2 -> {}
                    case 3 -> throw new IOException("the socket is gone");
                    default -> stuck.await();
                }
            })) {
                while (questions.get() < 6) {
                    TimeUnit.MILLISECONDS.sleep(10);
                }
            }
            assertEquals("WATCHDOG=1WATCHDOG=1", read(told));
        } finally {
            stuck.countDown();
            socat.destroyForcibly().waitFor();
        }
    }
}
