package dev.carafe.engine.spec;

import dev.carafe.oci.RuntimeSpec;
import java.nio.file.Path;
import java.util.List;

/// Mounts of the runtime spec.
final class SpecMount {
    private SpecMount() {}

    /// A file system of the kernel's.
    static RuntimeSpec.Mount of(String destination, String type, List<String> options) {
        return new RuntimeSpec.Mount(destination, type, type, options, List.of(), List.of());
    }

    static RuntimeSpec.Mount bind(Path source, String destination, List<String> options) {
        return bind(source, destination, options, List.of());
    }

    /// @param owners what the owners on disk become; empty: they stay
    static RuntimeSpec.Mount bind(
            Path source, String destination, List<String> options, List<RuntimeSpec.IdMapping> owners) {
        return new RuntimeSpec.Mount(destination, "bind", source.toString(), options, owners, owners);
    }
}
