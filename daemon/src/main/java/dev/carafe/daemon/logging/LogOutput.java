package dev.carafe.daemon.logging;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where lines go. Each is written in one piece. Safe for all threads.
final class LogOutput {
    private volatile OutputStream out;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Settings settings = new Settings(Severity.INFO, LogFormat.TEXT, Optional.empty());

    /// @param out unbuffered
    LogOutput(OutputStream out) {
        this.out = out;
    }

    /// @param filter only lines in which it is found are written
    record Settings(Severity threshold, LogFormat format, Optional<Pattern> filter) {}

    void use(Settings settings) {
        this.settings = settings;
    }

    /// @param next unbuffered; what was written before stays where it is
    void to(OutputStream next) {
        lock.lock();
        try {
            out = next;
        } finally {
            lock.unlock();
        }
    }

    boolean shows(Severity severity) {
        return severity.compareTo(settings.threshold) >= 0;
    }

    /// What is not ours: warnings and worse, unless all is asked for.
    boolean showsForeign(Severity severity) {
        return shows(severity) && (severity.compareTo(Severity.WARNING) >= 0 || shows(Severity.TRACE));
    }

    /// @param logger the name of the class that speaks
    void log(Severity severity, String logger, String message, @Nullable Throwable failure) {
        if (!shows(severity)) {
            return;
        }
        var debugging = shows(Severity.DEBUG);
        var fields = new ArrayList<Field>();
        if (debugging) {
            fields.add(new Field("logger", logger));
        }
        fields.addAll(Operation.fieldsOfThisThread());
        if (failure != null) {
            fields.addAll(Causes.fields(failure, debugging));
        }
        write(severity, message, fields);
    }

    /// Whatever the threshold is.
    void write(Severity severity, String message, List<Field> fields) {
        var current = settings;
        var line = current.format.line(new LogEvent(Instant.now(), severity, message, fields));
        if (current.filter.isPresent() && !current.filter.get().matcher(line).find()) {
            return;
        }
        var bytes = line.getBytes(StandardCharsets.UTF_8);
        lock.lock();
        try {
            out.write(bytes);
        } catch (IOException closed) {
            // Whoever read the log has gone; there is nowhere left to say so.
        } finally {
            lock.unlock();
        }
    }
}
