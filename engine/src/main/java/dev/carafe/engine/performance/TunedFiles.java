package dev.carafe.engine.performance;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What one container has changed, as it was before: written down before the change, so that whoever finds it after a
/// crash can put it back. They live until the next reboot, as the changes do.
///
/// @param interrupts the processors that were taken off the kernel's default mask
/// @param before what was in each file of the kernel
/// @param added which processors were added to the list in each file, in their order
record TunedFiles(Cpus interrupts, Map<Path, String> before, Map<Path, Cpus> added) {
    private static final System.Logger LOG = System.getLogger(TunedFiles.class.getName());

    static final TunedFiles NONE = new TunedFiles(Cpus.NONE, Map.of(), Map.of());

    /// The last line; without it a crash cut the rest off, and nothing was changed yet.
    private static final String END = "end";

    /// At the beginning of a line of processors that were added; a path has none.
    private static final String PLUS = "+";

    private static final int FIELDS = 2;

    TunedFiles {
        before = Map.copyOf(before);
        added = Collections.unmodifiableMap(new LinkedHashMap<>(added));
    }

    void write(Path file) throws IOException {
        var lines = new ArrayList<String>();
        lines.add(interrupts.list());
        before.forEach((path, value) -> lines.add(path + " " + value));
        added.forEach((path, cpus) -> lines.add(PLUS + path + " " + cpus.list()));
        lines.add(END);
        var temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.write(temporary, lines);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /// What was never written has changed nothing. What a damaged record says is lost, and nothing else.
    static TunedFiles read(Path file) throws IOException {
        if (Files.notExists(file)) {
            return NONE;
        }
        try {
            return of(Files.readAllLines(file));
        } catch (CharacterCodingException | IllegalArgumentException | IndexOutOfBoundsException damaged) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "what a container changed of the node''s processors stays until a reboot, since {0} is damaged: {1}",
                    file,
                    damaged);
            return NONE;
        }
    }

    private static TunedFiles of(List<String> lines) {
        if (lines.size() < FIELDS || !lines.getLast().equals(END)) {
            return NONE;
        }
        var before = new LinkedHashMap<Path, String>();
        var added = new LinkedHashMap<Path, Cpus>();
        for (var line : lines.subList(1, lines.size() - 1)) {
            var fields = line.split(" ", FIELDS);
            if (fields[0].startsWith(PLUS)) {
                added.put(Path.of(fields[0].substring(PLUS.length())), Cpus.ofList(fields[1]));
            } else {
                before.put(Path.of(fields[0]), fields[1]);
            }
        }
        return new TunedFiles(Cpus.ofList(lines.getFirst()), before, added);
    }
}
