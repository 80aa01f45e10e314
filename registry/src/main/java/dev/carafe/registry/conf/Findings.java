package dev.carafe.registry.conf;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// What is wrong or worth a warning in the files: all of it in one go. For one thread.
final class Findings {
    /// Of errors, and of warnings; the rest is counted.
    private static final int MOST_LINES = 100;

    /// Characters of a file that a message repeats.
    private static final int LONGEST_SHOWN = 100;

    private final List<String> errors = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    void wrong(String place, String text) {
        errors.add(place + ": " + text);
    }

    void warn(String place, String text) {
        warnings.add(place + ": " + text);
    }

    void unreadable(Path path, IOException e) {
        var reason = switch (e) {
            case NoSuchFileException _ -> "it does not exist";
            case AccessDeniedException _ -> "permission denied";
            case FileSystemException failure -> Objects.requireNonNullElse(failure.getReason(), failure.getMessage());
            default -> Objects.requireNonNullElse(e.getMessage(), e.toString());
        };
        wrong(path.toString(), "can't be read: " + reason);
    }

    List<String> warnings() {
        return bounded(warnings);
    }

    void throwIfWrong() throws InvalidRegistriesException {
        if (!errors.isEmpty()) {
            throw new InvalidRegistriesException(String.join("\n", bounded(errors)));
        }
    }

    private static List<String> bounded(List<String> lines) {
        if (lines.size() <= MOST_LINES) {
            return List.copyOf(lines);
        }
        var kept = new ArrayList<>(lines.subList(0, MOST_LINES));
        kept.add("and " + (lines.size() - MOST_LINES) + " more like these");
        return List.copyOf(kept);
    }

    /// A file's text, quoted and fit for a message.
    static String shown(String text) {
        var cut = text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "..." : text;
        return "\"" + cut.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?") + "\"";
    }
}
