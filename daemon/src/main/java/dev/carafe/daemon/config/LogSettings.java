package dev.carafe.daemon.config;

import dev.carafe.daemon.logging.LogFormat;
import dev.carafe.daemon.logging.Severity;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// How the daemon logs.
///
/// @param threshold what is milder is not logged
/// @param filterExpression empty, or a regular expression that must be found in a line
/// @param file that lines are added to; empty: standard error
public record LogSettings(Severity threshold, LogFormat format, String filterExpression, Optional<Path> file) {
    static LogSettings of(Values values) {
        var format = values.get(CommandLineKeys.LOG_FORMAT);
        return new LogSettings(
                Severity.of(values.get(RuntimeKeys.LOG_LEVEL)),
                format.equals("json") ? LogFormat.JSON : LogFormat.TEXT,
                values.get(RuntimeKeys.LOG_FILTER),
                Optional.of(values.get(CommandLineKeys.LOG))
                        .filter(path -> !path.isEmpty())
                        .map(Path::of));
    }

    public Optional<Pattern> filter() {
        return filterExpression.isEmpty() ? Optional.empty() : Optional.of(Pattern.compile(filterExpression));
    }
}
