package dev.carafe.daemon.ctl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogPrinterTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private void print(String log, boolean timestamps, int tail) throws IOException {
        var file = Files.writeString(folder.resolve("log"), log, StandardCharsets.ISO_8859_1);
        try (var outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
                var errStream = new PrintStream(err, true, StandardCharsets.UTF_8)) {
            new LogPrinter(outStream, errStream, timestamps).print(file, tail);
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
}
