package dev.carafe.registry.conf;

/// A `[[registry.mirror]]`.
///
/// @param location host, with a port and a path where it has them
public record Mirror(String location, boolean insecure, Use use) {
    /// For which references it is asked (`pull-from-mirror`).
    public enum Use {
        ALL,
        DIGEST_ONLY,
        TAG_ONLY;

        boolean allows(boolean byDigest) {
            return switch (this) {
                case ALL -> true;
                case DIGEST_ONLY -> byDigest;
                case TAG_ONLY -> !byDigest;
            };
        }
    }
}
