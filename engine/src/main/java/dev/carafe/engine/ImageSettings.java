package dev.carafe.engine;

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
        return name.equals(pattern);
    }
}
