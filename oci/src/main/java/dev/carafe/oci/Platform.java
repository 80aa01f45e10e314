package dev.carafe.oci;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// The platform that a manifest is for (image-spec, image-index.md). An empty variant means any, or the architecture's
/// usual one.
@Json
public record Platform(String os, String architecture, String variant) {
    public Platform(@Nullable String os, @Nullable String architecture, @Nullable String variant) {
        this.os = orEmpty(os);
        this.architecture = orEmpty(architecture);
        this.variant = orEmpty(variant);
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }

    /// The platform that this process runs on, in the specification's words.
    public static Platform host() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> new Platform("linux", "amd64", "");
            case "aarch64" -> new Platform("linux", "arm64", "v8");
            case String other -> new Platform("linux", other, "");
        };
    }

    @Override
    public String toString() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}
