package dev.carafe.runtime;

import dev.carafe.linux.Fd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The lines that come through a pipe, each cut where it is longer than allowed. For one thread.
final class Lines {
    private static final int LONGEST_BYTES = 64 * 1024;

    private final Fd source;
    private final byte[] buffer = new byte[8 * 1024];
    private int at;
    private int end;

    Lines(Fd source) {
        this.source = source;
    }

    /// Empty at the pipe's end.
    Optional<String> next() throws IOException {
        var line = new ByteArrayOutputStream();
        while (true) {
            if (at == end) {
                end = source.read(buffer, 0, buffer.length);
                at = 0;
                if (end < 0) {
                    end = 0;
                    return line.size() == 0 ? Optional.empty() : Optional.of(line.toString(StandardCharsets.UTF_8));
                }
            }
            var next = buffer[at++];
            if (next == '\n') {
                return Optional.of(line.toString(StandardCharsets.UTF_8));
            }
            if (line.size() < LONGEST_BYTES) {
                line.write(next);
            }
        }
    }
}
