package dev.carafe.daemon.logging;

import java.util.Locale;
import java.util.logging.Level;

/// How bad it is, mildest first: the levels of `log_level`.
public enum Severity {
    TRACE,
    DEBUG,
    INFO,
    WARNING,
    ERROR,
    /// The daemon ends because of it.
    FATAL,
    /// As a threshold only; nothing of ours panics.
    PANIC;

    /// @param word as `log_level` has it; `warn` and `warning` are the same
    /// @throws IllegalArgumentException when it is none of them
    public static Severity of(String word) {
        return word.equals("warn") ? WARNING : valueOf(word.toUpperCase(Locale.ROOT));
    }

    static Severity of(System.Logger.Level level) {
        return switch (level) {
            case ALL, TRACE -> TRACE;
            case DEBUG -> DEBUG;
            case INFO -> INFO;
            case WARNING -> WARNING;
            case ERROR -> ERROR;
            case OFF -> PANIC;
        };
    }

    /// Of java.util.logging, which has more levels.
    static Severity of(Level level) {
        var value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return ERROR;
        }
        if (value >= Level.WARNING.intValue()) {
            return WARNING;
        }
        if (value >= Level.INFO.intValue()) {
            return INFO;
        }
        return value >= Level.FINE.intValue() ? DEBUG : TRACE;
    }

    /// As it stands in a line.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
