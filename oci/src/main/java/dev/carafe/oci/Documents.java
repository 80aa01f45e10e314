package dev.carafe.oci;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Jsonb;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The JSON documents of the image specification as they come, each field perhaps missing, and what all of them share:
/// bounds and messages.
final class Documents {
    /// What registries accept, and what the distribution specification asks clients to bear.
    static final int MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

    static final int MAX_CONFIG_BYTES = 4 * 1024 * 1024;

    /// overlayfs stacks at most 500; images in the wild stay far below.
    static final int MAX_LAYERS = 500;

    static final int MAX_INDEX_ENTRIES = 1000;

    private static final Jsonb JSON = Jsonb.builder().build();

    private Documents() {}

    static <T> T parse(Class<T> type, byte[] bytes, int maxBytes, String what) throws InvalidImageException {
        if (bytes.length > maxBytes) {
            throw new InvalidImageException(
                    what + " has " + bytes.length + " bytes, more than the " + maxBytes + " allowed");
        }
        try {
            return ForeignJson.read(bytes, JSON.type(type)::fromJson);
        } catch (BadJsonException e) {
            throw new InvalidImageException(what + " is not the JSON it should be: " + e.getMessage(), e);
        }
    }

    static Descriptor descriptor(@Nullable DescriptorDocument document, String what) throws InvalidImageException {
        if (document == null || document.digest == null || document.size == null || document.mediaType == null) {
            throw new InvalidImageException(what + " lacks its mediaType, digest or size");
        }
        try {
            var platform = document.platform;
            return new Descriptor(
                    document.mediaType,
                    Digest.parse(document.digest),
                    document.size,
                    texts(document.annotations, what),
                    platform == null
                            ? new Platform("", "", "")
                            : new Platform(platform.os, platform.architecture, platform.variant),
                    platform == null ? List.of() : texts(platform.osFeatures, what));
        } catch (IllegalArgumentException e) {
            throw new InvalidImageException(what + ": " + e.getMessage(), e);
        }
    }

    static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    /// @throws InvalidImageException for a null among the texts
    static List<String> texts(@Nullable List<String> list, String what) throws InvalidImageException {
        var texts = orEmpty(list);
        requireNoNull(texts, what);
        return texts;
    }

    /// @throws InvalidImageException for a null among the values
    static Map<String, String> texts(@Nullable Map<String, String> map, String what) throws InvalidImageException {
        var texts = map == null ? Map.<String, String>of() : map;
        requireNoNull(texts.values(), what);
        return texts;
    }

    private static void requireNoNull(Collection<String> texts, String what) throws InvalidImageException {
        if (texts.stream().anyMatch(Objects::isNull)) {
            throw new InvalidImageException(what + " holds a null");
        }
    }

    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    @Json
    record DescriptorDocument(
            @Nullable String mediaType,
            @Nullable String digest,
            @Nullable Long size,
            @Nullable Map<String, String> annotations,
            @Nullable PlatformDocument platform) {}

    @Json
    record PlatformDocument(
            @Nullable String os,
            @Nullable String architecture,
            @Nullable String variant,
            @Json.Property("os.features") @Nullable List<String> osFeatures) {}

    @Json
    record ManifestDocument(
            @Nullable Integer schemaVersion,
            @Nullable String mediaType,
            @Nullable String artifactType,
            @Nullable DescriptorDocument config,
            @Nullable List<DescriptorDocument> layers,
            @Nullable List<DescriptorDocument> manifests,
            @Nullable Map<String, String> annotations) {}
}
