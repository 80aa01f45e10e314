package dev.carafe.daemon.logging;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/// The forms of `--log-format`.
public enum LogFormat {
    /// logfmt as CRI-O writes it: `time="…" level=info msg="…" key=value`.
    TEXT {
        @Override
        String line(LogEvent event) {
            var line = new StringBuilder("time=\"");
            time(line, event.time());
            line.append("\" level=").append(event.severity().word()).append(" msg=\"");
            Escapes.append(line, event.message(), MAX_MESSAGE);
            line.append('"');
            for (var field : event.fields()) {
                line.append(' ').append(field.key()).append('=');
                if (isWord(field.value())) {
                    line.append(field.value());
                } else {
                    quoted(line, field);
                }
            }
            return line.append('\n').toString();
        }
    },
    /// An object a line, with the same keys.
    JSON {
        @Override
        String line(LogEvent event) {
            var line = new StringBuilder("{\"time\":\"");
            time(line, event.time());
            line.append("\",\"level\":\"").append(event.severity().word()).append("\",\"msg\":\"");
            Escapes.append(line, event.message(), MAX_MESSAGE);
            line.append('"');
            for (var field : event.fields()) {
                line.append(",\"").append(field.key()).append("\":");
                quoted(line, field);
            }
            return line.append("}\n").toString();
        }
    };

    /// Characters; what a runtime or a plugin prints can be long, and its end is where the cause is named.
    private static final int MAX_MESSAGE = 8192;

    private static final int MAX_FIELD = 8192;

    /// What logrus leaves without quotes.
    private static final String BARE = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/@^+";

    /// With its newline.
    abstract String line(LogEvent event);

    /// RFC 3339 with nine digits. By hand: a DateTimeFormatter costs the daemon's start several milliseconds.
    private static void time(StringBuilder line, Instant at) {
        var time = LocalDateTime.ofEpochSecond(at.getEpochSecond(), at.getNano(), ZoneOffset.UTC);
        padded(line, time.getYear(), 4).append('-');
        padded(line, time.getMonthValue(), 2).append('-');
        padded(line, time.getDayOfMonth(), 2).append('T');
        padded(line, time.getHour(), 2).append(':');
        padded(line, time.getMinute(), 2).append(':');
        padded(line, time.getSecond(), 2).append('.');
        padded(line, time.getNano(), 9).append('Z');
    }

    private static StringBuilder padded(StringBuilder line, int value, int width) {
        var digits = Integer.toString(value);
        return line.repeat('0', Math.max(0, width - digits.length())).append(digits);
    }

    private static void quoted(StringBuilder line, Field field) {
        line.append('"');
        Escapes.append(line, field.value(), MAX_FIELD);
        line.append('"');
    }

    private static boolean isWord(String value) {
        if (value.isEmpty() || value.length() > MAX_FIELD) {
            return false;
        }
        for (var i = 0; i < value.length(); i++) {
            var c = value.charAt(i);
            if (BARE.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }
}
