package dev.carafe.oci;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// The platform that a manifest is for (image-spec, image-index.md).
@Json
public record Platform(String os, String architecture, String variant) {
    public Platform {
        variant = normal(variant);
    }

    private static String normal(@Nullable String value) {
        return value == null ? "" : value;
    }
}
