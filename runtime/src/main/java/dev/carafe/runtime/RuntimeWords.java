package dev.carafe.runtime;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// What a runtime or a monitor says when it fails, made fit for one line of a message: the reasons only where it
/// tells reasons from the rest, bounded, without control characters.
final class RuntimeWords {
    private static final int LONGEST = 4096;

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    /// What crun up to now (its status file is missing), runc, newer crun and youki say.
    private static final Pattern UNKNOWN =
            Pattern.compile("container\\b.*does not exist|/status`?: No such file or directory");

    /// What runc, and then crun, says of a command that it does not find.
    private static final Pattern NOT_FOUND =
            Pattern.compile("exec: \".*\": stat .*: no such file or directory|executable file .*not found");

    /// What runc, and then crun in its versions, says of a command that can't be executed.
    private static final Pattern NOT_EXECUTABLE =
            Pattern.compile("exec: \".*\": (permission denied|is a directory)$|^open executable: "
                    + "|` exists but it is not executable|` is not a regular file|^exec.*: Exec format error$");

    /// As shells have it (POSIX, Exit Status for Commands).
    private static final int NOT_FOUND_CODE = 127;

    private static final int NOT_EXECUTABLE_CODE = 126;

    private RuntimeWords() {}

    static String of(byte[] output) {
        return of(new String(output, StandardCharsets.UTF_8));
    }

    static String of(String output) {
        var reasons = new ArrayList<String>();
        var rest = new ArrayList<String>();
        output.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(line -> sort(line, reasons, rest));
        var words = String.join("; ", reasons.isEmpty() ? rest : reasons);
        return printable(words.length() > LONGEST ? words.substring(0, LONGEST) + "…" : words);
    }

    private static void sort(String line, List<String> reasons, List<String> rest) {
        var entry = RuntimeLog.parse(line);
        var message = entry.map(RuntimeLog::message).orElse(line);
        (entry.filter(RuntimeLog::isError).isPresent() ? reasons : rest).add(message);
    }

    private static String printable(String words) {
        return CONTROL.matcher(words).replaceAll("?");
    }

    /// Whether they say that the runtime does not know the container.
    static boolean sayUnknown(String words) {
        return UNKNOWN.matcher(words).find();
    }

    /// The exit code that a shell would give where they say that a command can't be executed; empty for other
    /// reasons.
    static OptionalInt exitCode(String words) {
        if (NOT_FOUND.matcher(words).find()) {
            return OptionalInt.of(NOT_FOUND_CODE);
        }
        return NOT_EXECUTABLE.matcher(words).find() ? OptionalInt.of(NOT_EXECUTABLE_CODE) : OptionalInt.empty();
    }
}
