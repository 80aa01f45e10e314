package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CriLogTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-27T10:00:00.5Z"), ZoneOffset.UTC);
    private static final String TIME = "2026-11-27T10:00:00.500000000Z";

    @TempDir
    Path folder;

    private CriLog log(long maxBytes) throws IOException {
        return CriLog.open(path(), maxBytes, CLOCK);
    }

    private Path path() {
        return folder.resolve("0.log");
    }

    private static void write(CriLog log, CriLog.Stream stream, String text) {
        var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        log.write(stream, bytes);
        assertFalse(bytes.hasRemaining());
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(path());
    }

    @Test
    void eachLineIsOneWithTimeAndStream() throws IOException {
        try (var log = log(-1)) {
            write(log, CriLog.Stream.STDOUT, "one\n\ntwo\n");
            write(log, CriLog.Stream.STDERR, "three\n");
            log.end();
        }
        assertEquals(
                List.of(TIME + " stdout F one", TIME + " stdout F ", TIME + " stdout F two", TIME + " stderr F three"),
                lines());
    }

    @Test
    void partsOfALineSayThatTheyAreAndTheLastOneEndsIt() throws IOException {
        try (var log = log(-1)) {
            write(log, CriLog.Stream.STDOUT, "be");
            write(log, CriLog.Stream.STDERR, "x\n");
            write(log, CriLog.Stream.STDOUT, "gin\nno end");
            log.end();
            log.end();
        }
        assertEquals(
                List.of(
                        TIME + " stdout P be",
                        TIME + " stderr F x",
                        TIME + " stdout F gin",
                        TIME + " stdout P no end",
                        TIME + " stdout F "),
                lines());
    }

    @Test
    void aLongLineComesInPartsOfABoundedLengthThatMakeItAgain() throws IOException {
        var longest = 16 * 1024;
        for (var length : new int[] {longest - 1, longest, longest + 1, 5 * longest}) {
            Files.deleteIfExists(path());
            try (var log = log(-1)) {
                write(log, CriLog.Stream.STDOUT, "a".repeat(length) + "\n");
                log.end();
            }
            var lines = lines();
            assertEquals((length + longest - 1) / longest, lines.size());
            var text = new StringBuilder();
            for (var line : lines) {
                assertTrue(line.length() <= TIME.length() + " stdout P ".length() + longest);
                assertEquals(line.equals(lines.getLast()), line.contains(" stdout F "), "" + length);
                text.append(line, TIME.length() + " stdout P ".length(), line.length());
            }
            assertEquals("a".repeat(length), text.toString());
        }
    }

    @Test
    void whatWasThereStaysAndAReopenedLogGoesOnInTheNewFile() throws IOException {
        Files.writeString(path(), "earlier\n");
        try (var log = log(-1)) {
            write(log, CriLog.Stream.STDOUT, "one\n");
            Files.move(path(), folder.resolve("0.log.1"));
            write(log, CriLog.Stream.STDOUT, "two\n");
            log.reopen();
            write(log, CriLog.Stream.STDOUT, "three\n");
        }
        assertEquals(
                List.of("earlier", TIME + " stdout F one", TIME + " stdout F two"),
                Files.readAllLines(folder.resolve("0.log.1")));
        assertEquals(List.of(TIME + " stdout F three"), lines());
    }

    @Test
    void aLogBeginsAnewWhereItWouldBeLongerThanItMayBe() throws IOException {
        var line = TIME + " stdout F 0\n";
        try (var log = log(line.length() * 3L)) {
            for (var i = 0; i < 8; i++) {
                write(log, CriLog.Stream.STDOUT, i + "\n");
            }
        }
        assertEquals(List.of(TIME + " stdout F 6", TIME + " stdout F 7"), lines());
        try (var files = Files.list(folder)) {
            assertEquals(List.of(path()), files.toList());
        }
    }

    @Test
    void withoutAPathNothingIsWritten() throws IOException {
        try (var log = CriLog.open(Path.of(""), -1, CLOCK)) {
            write(log, CriLog.Stream.STDOUT, "one\n");
            log.reopen();
            log.end();
            log.sync();
        }
        try (var files = Files.list(folder)) {
            assertEquals(List.of(), files.toList());
        }
    }
}
