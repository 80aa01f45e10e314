package dev.carafe.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// docs/cri-coverage.md.
final class CoverageTable {
    private static final Path FILE = Path.of("../docs/cri-coverage.md");
    private static final Pattern CALL = Pattern.compile("\\| (\\w+) \\| (answered|UNIMPLEMENTED)\\b");

    private CoverageTable() {}

    static String text() throws IOException {
        return Files.readString(FILE);
    }

    /// @param answer `answered` or `UNIMPLEMENTED`
    static Set<String> calls(String answer) throws IOException {
        return CALL.matcher(text())
                .results()
                .filter(row -> row.group(2).equals(answer))
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
