package dev.carafe.engine.rdt;

import java.util.Optional;

/// What of one cache a partition or a class has.
///
/// @param code and data: both or none; with those the kernel's split caches are shared out
record CacheShare(Share unified, Optional<Share> code, Optional<Share> data) {
    static CacheShare of(Share unified) {
        return new CacheShare(unified, Optional.empty(), Optional.empty());
    }

    /// What is said for that kind of content itself.
    Optional<Share> own(Content content) {
        return switch (content) {
            case ALL -> Optional.of(unified);
            case CODE -> code;
            case DATA -> data;
        };
    }

    Share of(Content content) {
        return own(content).orElse(unified);
    }

    /// What the kernel has masks for.
    enum Content {
        ALL(""),
        CODE("CODE"),
        DATA("DATA");

        /// After the cache's name.
        final String suffix;

        Content(String suffix) {
            this.suffix = suffix;
        }
    }
}
