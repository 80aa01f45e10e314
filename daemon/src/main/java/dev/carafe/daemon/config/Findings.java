package dev.carafe.daemon.config;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// What was found wrong or worth a warning while the configuration was read: everything in one go, so that an
/// operator doesn't mend it mistake by mistake. For one thread.
final class Findings {
    /// Of errors, and of warnings; the rest is counted.
    private static final int MAX_LINES = 100;

    private final List<String> errors = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    void wrong(Origin origin, String text) {
        errors.add(origin.place() + ": " + text);
    }

    void warn(Origin origin, String text) {
        warnings.add(origin.place() + ": " + text);
    }

    /// What somebody else has found; each line names its place.
    void adopt(List<String> wrong, List<String> worthAWarning) {
        errors.addAll(wrong);
        warnings.addAll(worthAWarning);
    }

    /// A file or folder that can't be read is wrong, too.
    void unreadable(Path path, IOException e) {
        var reason = switch (e) {
            case NoSuchFileException _ -> "it does not exist";
            case AccessDeniedException _ -> "permission denied";
            case FileSystemException failure -> Objects.requireNonNullElse(failure.getReason(), failure.getMessage());
            default -> Objects.requireNonNullElse(e.getMessage(), e.toString());
        };
        wrong(Origin.file(path), "can't be read: " + reason);
    }

    List<String> warnings() {
        return bounded(warnings);
    }

    void throwIfWrong() throws ConfigurationException {
        if (!errors.isEmpty()) {
            throw new ConfigurationException(String.join("\n", bounded(errors)));
        }
    }

    private static List<String> bounded(List<String> lines) {
        if (lines.size() <= MAX_LINES) {
            return List.copyOf(lines);
        }
        var kept = new ArrayList<>(lines.subList(0, MAX_LINES));
        kept.add("and " + (lines.size() - MAX_LINES) + " more like these");
        return List.copyOf(kept);
    }
}
