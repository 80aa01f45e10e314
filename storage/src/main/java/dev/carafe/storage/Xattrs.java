package dev.carafe.storage;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Which extended attributes a layer may bring. Those of overlayfs would let an image redirect lookups, those of
/// the security modules carry another host's policy, and the rest of `trusted.` belongs to the administrator.
final class Xattrs {
    /// On a directory: nothing of the layers below is seen in it (the kernel's overlayfs.rst, "whiteouts and
    /// opaque directories").
    static final String OPAQUE = "trusted.overlay.opaque";

    private static final String USER = "user.";

    private Xattrs() {}

    static boolean isOpaque(Map<String, byte[]> xattrs) {
        var value = xattrs.get(OPAQUE);
        return value != null && new String(value, StandardCharsets.US_ASCII).equals("y");
    }

    static boolean isKept(String key) {
        return switch (key) {
            case "security.capability", "system.posix_acl_access", "system.posix_acl_default" -> true;
            default -> isUsers(key) && !key.startsWith("user.overlay.");
        };
    }

    static boolean isUsers(String key) {
        return key.startsWith(USER);
    }
}
