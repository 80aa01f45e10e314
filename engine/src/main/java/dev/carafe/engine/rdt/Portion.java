package dev.carafe.engine.rdt;

import java.util.Optional;

/// What a partition or a class is given; what is not said is all that there is.
record Portion(Optional<ById<CacheShare>> l2, Optional<ById<CacheShare>> l3, Optional<ById<Bandwidth>> memory) {
    Optional<ById<CacheShare>> cache(Resource cache) {
        return switch (cache) {
            case L2 -> l2;
            case L3 -> l3;
            case MB -> Optional.empty();
        };
    }

    boolean has(Resource resource) {
        return resource == Resource.MB ? memory.isPresent() : cache(resource).isPresent();
    }
}
