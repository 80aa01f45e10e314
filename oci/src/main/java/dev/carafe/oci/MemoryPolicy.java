package dev.carafe.oci;

import io.avaje.jsonb.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runtime-spec 1.3; see set_mempolicy(2).
///
/// @param mode as `MPOL_BIND`
/// @param nodes a list as `0-1,3`
/// @param flags as `MPOL_F_STATIC_NODES`
@Json
public record MemoryPolicy(String mode, @Nullable String nodes, List<String> flags) {
    public MemoryPolicy(String mode, @Nullable String nodes, @Nullable List<String> flags) {
        this.mode = mode;
        this.nodes = nodes;
        this.flags = RuntimeSpec.list(flags);
    }
}
