package dev.carafe.daemon.logging;

import java.time.Instant;
import java.util.List;

/// What becomes one line.
record LogEvent(Instant time, Severity severity, String message, List<Field> fields) {
    LogEvent {
        fields = List.copyOf(fields);
    }
}
