package dev.carafe.registry.conf;

import dev.carafe.oci.Reference;

/// The forms of prefixes and locations.
final class Place {
    private Place() {}

    static String trimmed(String text) {
        var end = text.length();
        while (end > 0 && text.charAt(end - 1) == '/') {
            end--;
        }
        return text.substring(0, end);
    }

    /// A registry's host with a port where it has one. What has neither dot nor port is a part of a name.
    static boolean isHost(String text) {
        return !text.contains("/") && isBeginning(text + "/name");
    }

    /// A host, perhaps with a path, a tag or a digest.
    static boolean isPlace(String text) {
        return text.contains("/") ? isBeginning(text) : isHost(text);
    }

    /// `*.` and a domain.
    static boolean isWildcard(String text) {
        return RegistryRule.isWildcard(text) && !text.contains(":") && isHost("a" + text.substring(1));
    }

    static boolean hasTagOrDigest(String text) {
        return text.contains("/") && !Reference.withoutTagAndDigest(text).equals(text);
    }

    private static boolean isBeginning(String text) {
        try {
            Reference.parse(text);
            return !Reference.isShort(text);
        } catch (IllegalArgumentException notOne) {
            return false;
        }
    }
}
