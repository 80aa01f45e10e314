package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.linux.Pipe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SyncMessageTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private static Optional<SyncMessage> read(String... parts) throws Exception {
        try (var pipe = Pipe.open()) {
            var writer = Thread.ofVirtual().start(() -> {
                try (var end = pipe.write()) {
                    for (var part : parts) {
                        end.write(part.getBytes(StandardCharsets.UTF_8));
                    }
                } catch (IOException readerGone) {
                    return;
                }
            });
            var message = SyncMessage.read(pipe.read(), Deadline.in(LONG));
            pipe.read().close();
            writer.join();
            return message;
        }
    }

    @Test
    void aPidMeansCreated() throws Exception {
        var message = read("{\"pi", "d\": 42}\n").orElseThrow();
        assertEquals(OptionalInt.of(42), message.created());
    }

    @Test
    void minusOneCarriesTheWords() throws Exception {
        var message = read("{\"pid\": -1, \"message\": \"exec: \\\"x\\\": not found\\n\"}\n")
                .orElseThrow();
        assertEquals(OptionalInt.empty(), message.created());
        assertEquals("exec: \"x\": not found\n", message.message());
    }

    @Test
    void theEndOfThePipeIsNoMessage() throws Exception {
        assertEquals(Optional.empty(), read());
        assertEquals(Optional.empty(), read("\n"));
    }

    @Test
    void aMonitorThatSaysNothingIsNotWaitedForForEver() throws Exception {
        try (var pipe = Pipe.open()) {
            assertEquals(Optional.empty(), SyncMessage.read(pipe.read(), Deadline.in(Duration.ofMillis(20))));
        }
    }

    @Test
    void whatCantBeReadIsKeptAsWords() {
        for (var line : List.of(
                "garbage",
                "{\"pid\": \"x\"}",
                "{\"pid\": 99999999999}",
                "{\"pid\": -1, \"message\": \"cut",
                "[]",
                "1")) {
            var message = SyncMessage.parse(line);
            assertEquals(OptionalInt.empty(), message.created(), line);
            if (!line.startsWith("{\"pid\": 9")) {
                assertEquals(line, message.message());
            }
        }
        assertEquals(OptionalInt.empty(), SyncMessage.parse("null").created());
        assertEquals(OptionalInt.empty(), SyncMessage.parse("{}").created());
    }

    @Test
    void aLineWithoutEndIsBounded() throws Exception {
        var message = read("x".repeat(1 << 20)).orElseThrow();
        assertEquals(OptionalInt.empty(), message.created());
        assertTrue(message.message().length() < 80_000);
    }
}
