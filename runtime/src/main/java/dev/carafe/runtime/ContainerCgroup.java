package dev.carafe.runtime;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/// Where a container's control group is, as its bundle says it.
final class ContainerCgroup {
    private static final String SLICE = ".slice";

    private ContainerCgroup() {}

    /// Empty when there is no bundle, or when the group would not be the container's own.
    ///
    /// @throws IOException when the bundle is damaged
    static Optional<String> path(ContainerFiles files, CgroupManager manager) throws IOException {
        try {
            var said = Bundle.read(files.bundle()).linux().cgroupsPath();
            return said == null || !said.contains(files.id())
                    ? Optional.empty()
                    : Optional.of(manager == CgroupManager.SYSTEMD ? ofSystemd(said) : said);
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
    }

    /// `slice:prefix:name` is a scope in a slice, and a slice is in those that its name begins with
    /// (systemd.slice(5)).
    static String ofSystemd(String said) {
        var parts = said.split(":", 3);
        if (parts.length != 3 || !parts[0].endsWith(SLICE)) {
            throw new IllegalArgumentException("not slice:prefix:name: " + said);
        }
        var name = parts[0].substring(0, parts[0].length() - SLICE.length());
        var path = new StringBuilder();
        for (var dash = name.indexOf('-', 1); dash >= 0; dash = name.indexOf('-', dash + 1)) {
            path.append('/').append(name, 0, dash).append(SLICE);
        }
        if (!name.equals("-")) {
            path.append('/').append(parts[0]);
        }
        return path + "/" + parts[1] + "-" + parts[2] + ".scope";
    }
}
