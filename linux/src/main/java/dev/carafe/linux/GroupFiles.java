package dev.carafe.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// The kernel's text files in a folder. One that isn't there, or whose group is going away, has no contents.
record GroupFiles(Path folder) {
    /// v1 shows "no limit" as the largest multiple of a page; no machine has that much.
    private static final long NO_LIMIT = 1L << 60;

    /// What strerror(3) calls them; Java has no number of an error.
    private static final List<String> UNREADABLE = List.of("No such device", "Operation not supported");

    static GroupFiles of(CgroupHierarchy hierarchy, Path group) {
        return new GroupFiles(hierarchy.root().resolve(group));
    }

    Optional<String> text(String file) throws IOException {
        try {
            return Optional.of(Files.readString(folder.resolve(file)).strip());
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        } catch (IOException e) {
            // ENODEV is a group that went after it was opened, EOPNOTSUPP a kernel that was told not to count it.
            var why = String.valueOf(e.getMessage());
            if (UNREADABLE.stream().noneMatch(why::endsWith)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    OptionalLong number(String file) throws IOException {
        var text = text(file);
        return text.isPresent() ? number(text.get(), file) : OptionalLong.empty();
    }

    /// Empty: none.
    OptionalLong limit(String file) throws IOException {
        var text = text(file);
        if (text.isEmpty() || text.get().equals("max")) {
            return OptionalLong.empty();
        }
        var limit = number(text.get(), file);
        return limit.isPresent() && limit.getAsLong() < NO_LIMIT ? limit : OptionalLong.empty();
    }

    /// Of lines with a name and a number.
    Map<String, Long> table(String file) throws IOException {
        var table = new HashMap<String, Long>();
        for (var line : text(file).orElse("").lines().toList()) {
            var space = line.indexOf(' ');
            if (space > 0) {
                number(line.substring(space + 1), file).ifPresent(value -> table.put(line.substring(0, space), value));
            }
        }
        return table;
    }

    /// Numbers of 64 bits without a sign; beyond ours they are bounded.
    private OptionalLong number(String text, String file) throws IOException {
        try {
            var number = Long.parseUnsignedLong(text.strip());
            return OptionalLong.of(number < 0 ? Long.MAX_VALUE : number);
        } catch (NumberFormatException e) {
            throw new IOException(folder.resolve(file) + " should have a number, not " + text, e);
        }
    }
}
