package dev.carafe.engine.spec;

import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The mounts that the node has for every container: lines of `SOURCE:DESTINATION`, or of one path for both, and
/// remarks after `#` (containers-mounts.conf(5)). The node's own folders and files, for reading: unlike a copy they
/// are as the host has them now. A line that can't be followed is left out with a warning.
final class MountsFile {
    private static final int MAXIMUM_BYTES = 64 * 1024;
    private static final List<String> OPTIONS = List.of("rbind", "rprivate", "ro", "nosuid", "nodev");

    private final Path file;
    private final SpecRequest request;
    private final Warnings warnings;

    private MountsFile(Path file, SpecRequest request, Warnings warnings) {
        this.file = file;
        this.request = request;
        this.warnings = warnings;
    }

    /// @param files the first that is there counts
    static List<RuntimeSpec.Mount> of(List<Path> files, SpecRequest request, Warnings warnings) throws IOException {
        for (var file : files) {
            if (Files.exists(file)) {
                return new MountsFile(file, request, warnings).read();
            }
        }
        return List.of();
    }

    private List<RuntimeSpec.Mount> read() throws IOException {
        var mounts = new ArrayList<RuntimeSpec.Mount>();
        for (var line : NodeFile.read(file, MAXIMUM_BYTES).lines().toList()) {
            var text = line.strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                mount(text).ifPresent(mounts::add);
            }
        }
        return mounts;
    }

    private Optional<RuntimeSpec.Mount> mount(String line) {
        var parts = line.split(":", -1);
        if (parts.length > 2) {
            warnings.once(file + ": not SOURCE:DESTINATION: " + line);
            return Optional.empty();
        }
        try {
            var source = AbsolutePath.parse(parts[0].strip());
            var destination =
                    AbsolutePath.parse(parts[parts.length - 1].strip()).normalize();
            if (destination.getNameCount() == 0) {
                throw new IllegalArgumentException("the destination must be below /");
            }
            return Optional.of(SpecMount.bind(
                    source.toRealPath(), destination.toString(), OPTIONS, UserIds.mappings(request.pod())));
        } catch (IllegalArgumentException | IOException e) {
            warnings.once(file + ": left out " + line + ": " + e.getMessage());
            return Optional.empty();
        }
    }
}
