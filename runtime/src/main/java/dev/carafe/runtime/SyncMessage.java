package dev.carafe.runtime;

import dev.carafe.linux.Fd;
import dev.carafe.linux.Poller;
import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.ForeignJson;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// What a monitor says on its sync pipe about the creation: one line of JSON.
///
/// @param pid the container's first process; -1 when there is none
/// @param message the runtime's words, when there is none
@Json
record SyncMessage(@Nullable Long pid, @Nullable String message) {
    /// Eight times what conmon reads of the runtime's words, since escapes make them longer.
    private static final int LONGEST_BYTES = 64 * 1024;

    private static final JsonType<SyncMessage> JSON = Jsonb.builder().build().type(SyncMessage.class);

    /// Empty when there is none.
    OptionalInt created() {
        return pid != null && pid > 0 && pid <= Integer.MAX_VALUE
                ? OptionalInt.of(pid.intValue())
                : OptionalInt.empty();
    }

    /// What can't be read is a message without a pid that holds it as it is.
    static SyncMessage parse(String line) {
        try {
            return ForeignJson.read(line, JSON::fromJson);
        } catch (BadJsonException notThat) {
            return new SyncMessage(null, line);
        }
    }

    /// Waits for the line. Empty when the time was over first, and at the pipe's end: the monitor keeps it open for
    /// as long as it lives, so it died without a word.
    static Optional<SyncMessage> read(Fd pipe, Deadline deadline) throws IOException, InterruptedException {
        var line = new ByteArrayOutputStream();
        var buffer = new byte[4096];
        while (line.size() < LONGEST_BYTES) {
            if (!Poller.shared().awaitReadable(pipe, deadline.left())) {
                return Optional.empty();
            }
            var count = pipe.read(buffer, 0, buffer.length);
            if (count < 0) {
                break;
            }
            line.write(buffer, 0, count);
            if (buffer[count - 1] == '\n') {
                break;
            }
        }
        var text = line.toString(StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? Optional.empty() : Optional.of(parse(text));
    }
}
