package dev.carafe.oci;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// A network device of the host that moves into the container's network (runtime-spec 1.3), by its name there.
///
/// @param name in the container; null: the same
@Json
public record NetDevice(@Nullable String name) {
    private static final int MAXIMUM_NAME_LENGTH = 15;

    /// Whether the kernel lets one be called so (dev_valid_name).
    public static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= MAXIMUM_NAME_LENGTH
                && !name.equals(".")
                && !name.equals("..")
                && name.chars().allMatch(c -> c > ' ' && c < 127 && c != '/' && c != ':');
    }
}
