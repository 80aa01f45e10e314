package dev.carafe.daemon.ctl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogPrinterTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private void print(String log, boolean timestamps, int tail) throws IOException {
        print(log, timestamps, tail, Instant.MIN);
    }

    private void print(String log, boolean timestamps, int tail, Instant since) throws IOException {
        var file = Files.writeString(folder.resolve("log"), log, StandardCharsets.ISO_8859_1);
        follow(file, timestamps, tail, since, () -> fail("nobody follows"), false);
    }

    private void follow(
            Path file, boolean timestamps, int tail, Instant since, FollowLog.Container container, boolean follow)
            throws IOException {
        try (var outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
                var errStream = new PrintStream(err, true, StandardCharsets.UTF_8)) {
            var printer = new LogPrinter(outStream, errStream, timestamps, since);
            new FollowLog(file, printer, container).run(tail, follow);
        }
    }

    private static String line(int second, String rest) {
        return "2026-01-02T15:04:0" + second + ".000000000Z " + rest + "\n";
    }

    @Test
    void eachStreamGoesToItsOwnAndPartsAreJoined() throws IOException {
        print(
                line(1, "stdout P one ")
                        + line(2, "stderr F oops")
                        + line(3, "stdout P two ")
                        + line(4, "stdout F three")
                        + line(5, "stdout F "),
                false,
                -1);
        assertEquals("one two three\n\n", out.toString(StandardCharsets.UTF_8));
        assertEquals("oops\n", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aTimeStandsOnlyWhereALineBegins() throws IOException {
        print(line(1, "stdout P one ") + line(2, "stdout F two") + line(3, "stdout F three"), true, -1);
        assertEquals(
                "2026-01-02T15:04:01.000000000Z one two\n2026-01-02T15:04:03.000000000Z three\n",
                out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void onlyTheLastLinesArePrinted() throws IOException {
        print(line(1, "stdout F one") + line(2, "stdout F two") + line(3, "stdout F three"), false, 2);
        assertEquals("two\nthree\n", out.toString(StandardCharsets.UTF_8));
        out.reset();
        print(line(1, "stdout F one"), false, 0);
        assertEquals("", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void everyByteComesOutAsItWentIn() throws IOException {
        var text = new StringBuilder();
        for (var b = 0; b < 256; b++) {
            if (b != '\n') {
                text.append((char) b);
            }
        }
        print(line(1, "stdout F " + text), false, -1);
        assertArrayEquals((text + "\n").getBytes(StandardCharsets.ISO_8859_1), out.toByteArray());
    }

    @Test
    void aLineThatIsBrokenIsSaidAndTheOthersArePrinted() throws IOException {
        print("garbage\n" + line(1, "stdout F fine"), false, -1);
        assertEquals("fine\n", out.toString(StandardCharsets.UTF_8));
        assertEquals("not a line of a CRI log: garbage\n", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void anUnfinishedLastLineIsPrinted() throws IOException {
        print(line(1, "stdout F one") + "2026-01-02T15:04:05Z stdout F two", false, -1);
        assertEquals("one\ntwo\n", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void theLastLinesAreWholeLinesInAllTheirParts() throws IOException {
        var log = line(1, "stdout F one")
                + line(2, "stdout P t")
                + line(2, "stdout P w")
                + line(2, "stdout F o")
                + line(3, "stdout P thr");
        var expected = List.of("", "thr", "two\nthr", "one\ntwo\nthr", "one\ntwo\nthr");
        for (var tail = 0; tail < expected.size(); tail++) {
            out.reset();
            print(log, false, tail);
            assertEquals(expected.get(tail), out.toString(StandardCharsets.UTF_8), tail + " lines");
        }
    }

    @Test
    void lastLinesAreFoundWhereverTheirBlocksEnd() throws IOException {
        var text = "x".repeat(70_000);
        var log = IntStream.range(0, 9)
                .mapToObj(i -> line(i, "stdout F " + i + text))
                .collect(Collectors.joining());
        print(log, false, 3);
        assertEquals("6" + text + "\n7" + text + "\n8" + text + "\n", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsBeforeATimeIsLeftOutInAllItsParts() throws IOException {
        var log = line(1, "stdout P on") + line(4, "stdout F e") + line(3, "stdout F two") + line(5, "stderr F three");
        print(log, false, -1, Instant.parse("2026-01-02T15:04:03Z"));
        assertEquals("two\n", out.toString(StandardCharsets.UTF_8));
        assertEquals("three\n", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aLogIsReadThatIsMovedAwayWhenTheLastLineBeforeItIsSeen() throws IOException {
        var file = Files.writeString(folder.resolve("log"), line(1, "stdout F one"));
        var shown = new ByteArrayOutputStream() {
            @Override
            public void flush() throws IOException {
                if (toString(StandardCharsets.UTF_8).endsWith("two\n") && Files.exists(file)) {
                    Files.move(file, folder.resolve("log.2"));
                }
            }
        };
        var steps = new ArrayDeque<IoRunnable>(List.of(() -> {
            append(file, line(2, "stdout F two"));
            Files.move(file, folder.resolve("log.1"));
            append(file, line(3, "stdout F three"));
        }));
        try (var stream = new PrintStream(shown, true, StandardCharsets.UTF_8)) {
            new FollowLog(file, new LogPrinter(stream, stream, false, Instant.MIN), () -> hasEnded(steps))
                    .run(-1, true);
        }
        assertEquals("one\ntwo\nthree\n", shown.toString(StandardCharsets.UTF_8));
        assertFalse(Files.exists(file));
    }

    /// One step a look.
    private static boolean hasEnded(Queue<IoRunnable> steps) throws IOException {
        if (steps.isEmpty()) {
            return true;
        }
        steps.remove().run();
        return false;
    }

    @Test
    void aFollowedLogIsReadOverItsRotationsUntilTheContainerHasEnded() throws IOException {
        var file = Files.writeString(folder.resolve("log"), line(1, "stdout F one") + line(1, "stdout F two"));
        var steps = new ArrayDeque<IoRunnable>(List.of(
                () -> append(file, line(2, "stdout P thr")),
                () -> Files.move(file, folder.resolve("log.1")),
                () -> append(folder.resolve("log.1"), line(2, "stdout F ee")),
                () -> append(file, line(3, "stdout F four") + "2026-01-02T15:04:04Z std"),
                () -> append(file, "out F five\n"),
                () -> {
                    Files.move(file, folder.resolve("log.2"));
                    append(file, line(5, "stdout F six"));
                }));
        follow(file, false, 1, Instant.MIN, () -> hasEnded(steps), true);
        assertEquals("two\nthree\nfour\nfive\nsix\n", out.toString(StandardCharsets.UTF_8));
        assertEquals("", err.toString(StandardCharsets.UTF_8));
    }

    @FunctionalInterface
    private interface IoRunnable {
        void run() throws IOException;
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Test
    void aTimeMayBeOfAnyZoneOrAgo() throws IOException {
        var now = Instant.parse("2026-01-02T15:04:05Z");
        assertEquals(Instant.MIN, Logs.since("", now));
        assertEquals(Instant.parse("2026-01-02T14:34:05Z"), Logs.since("30m", now));
        assertEquals(Instant.parse("2026-01-02T14:00:00Z"), Logs.since("2026-01-02T15:00:00+01:00", now));
        assertEquals(
                LocalDateTime.parse("2026-01-02T15:00:00")
                        .atZone(ZoneId.systemDefault())
                        .toInstant(),
                Logs.since("2026-01-02T15:00:00", now));
        assertThrows(IOException.class, () -> Logs.since("yesterday", now));
    }
}
