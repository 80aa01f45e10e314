package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.carafe.linux.Pipe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LinesTest {
    private static List<String> lines(String text) throws Exception {
        var found = new ArrayList<String>();
        try (var pipe = Pipe.open()) {
            var writer = Thread.ofVirtual().start(() -> {
                try (var end = pipe.write()) {
                    end.write(text.getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            var lines = new Lines(pipe.read());
            for (var line = lines.next(); line.isPresent(); line = lines.next()) {
                found.add(line.get());
            }
            writer.join();
        }
        return found;
    }

    @Test
    void linesEndAtTheirEndAndAtThePipes() throws Exception {
        assertEquals(List.of("a", "", "bü", "c"), lines("a\n\nbü\nc"));
        assertEquals(List.of(), lines(""));
        assertEquals(List.of("a"), lines("a\n"));
    }

    @Test
    void aLineLongerThanTheBufferComesWhole() throws Exception {
        assertEquals(List.of("x".repeat(30_000), "y"), lines("x".repeat(30_000) + "\ny\n"));
    }

    @Test
    void aLineBeyondTheBoundIsCut() throws Exception {
        var lines = lines("x".repeat(1 << 20) + "\ny\n");
        assertEquals(List.of(64 * 1024, 1), lines.stream().map(String::length).toList());
    }
}
