package dev.carafe.daemon.logging;

import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/// One class's way to the log. Safe for all threads.
final class NamedLogger implements System.Logger {
    private static final String OURS = "dev.carafe.";

    private final String name;
    private final LogOutput output;
    private final boolean isForeign;

    /// @param isForeign of the JDK or a library, which speaks of certificates and frames
    NamedLogger(String name, LogOutput output, boolean isForeign) {
        this.name = name;
        this.output = output;
        this.isForeign = isForeign;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isLoggable(Level level) {
        var severity = Severity.of(level);
        return level != Level.OFF && (isForeign ? output.showsForeign(severity) : output.shows(severity));
    }

    @Override
    public void log(
            Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
        if (isLoggable(level)) {
            output.log(Severity.of(level), shortName(), String.valueOf(message), thrown);
        }
    }

    @Override
    public void log(
            Level level,
            @Nullable ResourceBundle bundle,
            @Nullable String format,
            @Nullable Object @Nullable ... values) {
        if (isLoggable(level)) {
            output.log(Severity.of(level), shortName(), Messages.filled(String.valueOf(format), values), null);
        }
    }

    private String shortName() {
        return name.startsWith(OURS) ? name.substring(OURS.length()) : name;
    }
}
