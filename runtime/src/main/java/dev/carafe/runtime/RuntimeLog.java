package dev.carafe.runtime;

import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.ForeignJson;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A line that a runtime logs: a JSON object with `--log-format=json`, `time="…" level=… msg="…"` on runc's
/// standard error.
///
/// @param level error and fatal are the reasons of a failure
/// @param status runc's: the exit code of the process that its line says has exited
@Json
record RuntimeLog(
        @Nullable String level,
        @Nullable String msg,
        @Nullable Long status) {
    /// runc's, at level debug (signals.go), from 1.0 to at least 1.4.
    private static final String EXITED = "process exited";

    private static final String LEVEL = " level=";
    private static final String MESSAGE = " msg=\"";

    private static final JsonType<RuntimeLog> JSON = Jsonb.builder().build().type(RuntimeLog.class);

    /// Empty for what is no such line.
    static Optional<RuntimeLog> parse(String line) {
        return line.startsWith("{") ? json(line) : text(line);
    }

    private static Optional<RuntimeLog> json(String line) {
        try {
            return Optional.of(ForeignJson.read(line, JSON::fromJson)).filter(entry -> entry.msg != null);
        } catch (BadJsonException notThat) {
            return Optional.empty();
        }
    }

    private static Optional<RuntimeLog> text(String line) {
        var level = line.indexOf(LEVEL);
        var message = line.indexOf(MESSAGE);
        if (!line.startsWith("time=") || level < 0 || message < level) {
            return Optional.empty();
        }
        return Optional.of(new RuntimeLog(
                line.substring(level + LEVEL.length(), message), quoted(line, message + MESSAGE.length()), null));
    }

    /// Up to the quote that ends it, with the backslashes resolved.
    private static String quoted(String line, int start) {
        var text = new StringBuilder();
        for (var i = start; i < line.length() && line.charAt(i) != '"'; i++) {
            if (line.charAt(i) == '\\' && i + 1 < line.length()) {
                i++;
            }
            text.append(line.charAt(i));
        }
        return text.toString();
    }

    String message() {
        return msg == null ? "" : msg;
    }

    boolean isError() {
        return ("error".equals(level) || "fatal".equals(level)) && !message().isBlank();
    }

    /// Empty when it tells something else.
    OptionalInt exitCode() {
        return EXITED.equals(msg) && status != null ? OptionalInt.of(status.intValue()) : OptionalInt.empty();
    }
}
