package dev.carafe.storage;

/// Which extended attributes of a tar a layer may have. Those of overlayfs would let an image redirect lookups,
/// those of the security modules carry another host's policy, and the rest of `trusted.` belongs to the
/// administrator.
final class Xattrs {
    static final String USER = "user.";

    private Xattrs() {}

    static boolean isKept(String key) {
        return switch (key) {
            case "security.capability", "system.posix_acl_access", "system.posix_acl_default" -> true;
            default -> key.startsWith(USER) && !key.startsWith("user.overlay.");
        };
    }
}
