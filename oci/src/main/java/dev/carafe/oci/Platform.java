package dev.carafe.oci;

import io.avaje.jsonb.Json;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The platform that a manifest is for (image-spec, image-index.md). An empty variant means any, or the architecture's
/// usual one.
@Json
public record Platform(String os, String architecture, String variant) {
    private static final Pattern NUMBERED = Pattern.compile("v?([0-9]{1,4})");

    public Platform(@Nullable String os, @Nullable String architecture, @Nullable String variant) {
        this.os = orEmpty(os);
        this.architecture = orEmpty(architecture);
        this.variant = orEmpty(variant);
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }

    /// The platform that this process runs on, in the specification's words, with the variant that its processor
    /// can run.
    public static Platform host() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" ->
                new Platform("linux", "amd64", "v" + Processor.host().amd64Level());
            case "aarch64" -> new Platform("linux", "arm64", "v8");
            case "arm" -> new Platform("linux", "arm", "v" + Processor.host().armLevel());
            case String other -> new Platform("linux", other, "");
        };
    }

    /// Whether what is made for the other runs here too.
    boolean runs(Platform other) {
        return os.equals(other.os) && architecture.equals(other.architecture) && other.level() <= level();
    }

    /// Variants are `v` and a number that grows with what the processor can do, and some writers leave the `v` out;
    /// none is the architecture's usual one (image-spec, Platform Variants). An unknown one is above all others.
    int level() {
        if (variant.isEmpty()) {
            return switch (architecture) {
                case "arm64" -> 8;
                case "arm" -> 7;
                default -> 1;
            };
        }
        var number = NUMBERED.matcher(variant);
        return number.matches() ? Integer.parseInt(number.group(1)) : Integer.MAX_VALUE;
    }

    @Override
    public String toString() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}
