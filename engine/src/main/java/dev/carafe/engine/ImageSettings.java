package dev.carafe.engine;

import dev.carafe.oci.Reference;
import java.util.List;

/// What crio.conf's \[crio.image] says to the engine.
///
/// @param pinnedImages names that the kubelet's image garbage collection is told to spare: exact, ending in `*`,
///     or `*keyword*`
public record ImageSettings(List<String> pinnedImages) {
    public ImageSettings {
        pinnedImages = List.copyOf(pinnedImages);
    }

    public boolean isPinned(String name) {
        return pinnedImages.stream().anyMatch(pattern -> matches(pattern, name));
    }

    private static boolean matches(String pattern, String name) {
        if (pattern.length() > 2 && pattern.startsWith("*") && pattern.endsWith("*")) {
            return name.contains(pattern.substring(1, pattern.length() - 1));
        }
        if (pattern.endsWith("*")) {
            return name.startsWith(pattern.substring(0, pattern.length() - 1));
        }
        return name.equals(pattern) || name.equals(meant(pattern));
    }

    /// As images have their names: with the registry and the tag that a shorter one leaves out, and without the tag
    /// beside a digest.
    private static String meant(String exact) {
        try {
            var reference = Reference.parse(exact);
            return reference.name() + (reference.digest().isEmpty() ? ":" + reference.tag() : "@" + reference.digest());
        } catch (IllegalArgumentException notAName) {
            return exact;
        }
    }
}
