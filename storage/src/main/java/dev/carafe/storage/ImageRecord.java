package dev.carafe.storage;

import dev.carafe.oci.Digest;
import io.avaje.jsonb.Json;
import java.time.Instant;
import java.util.List;

/// What the disk says of an image.
///
/// @param generation counts the puts of the whole index: of two images that have one tag, the higher one's is
///     right
@Json
record ImageRecord(
        long generation,
        String id,
        String manifestDigest,
        String manifest,
        String config,
        List<String> diffIds,
        List<String> repoTags,
        List<String> repoDigests,
        long sizeBytes,
        String pulledAt) {
    static final int SCHEMA = 1;

    @SuppressWarnings("NullAway") // a missing field arrives as null
    ImageRecord {
        id = id == null ? "" : id;
        manifestDigest = manifestDigest == null ? "" : manifestDigest;
        manifest = manifest == null ? "" : manifest;
        config = config == null ? "" : config;
        diffIds = diffIds == null ? List.of() : List.copyOf(diffIds);
        repoTags = repoTags == null ? List.of() : List.copyOf(repoTags);
        repoDigests = repoDigests == null ? List.of() : List.copyOf(repoDigests);
        pulledAt = pulledAt == null ? "" : pulledAt;
    }

    static ImageRecord of(StoredImage image, long generation) {
        return new ImageRecord(
                generation,
                image.id().toString(),
                image.manifestDigest().toString(),
                image.manifestJson(),
                image.configJson(),
                image.diffIds().stream().map(Digest::toString).toList(),
                image.repoTags(),
                image.repoDigests(),
                image.sizeBytes(),
                image.pulledAt().toString());
    }

    /// @throws IllegalArgumentException or java.time.DateTimeException if a field is none of its kind
    StoredImage image() {
        return new StoredImage(
                Digest.parse(id),
                Digest.parse(manifestDigest),
                manifest,
                config,
                diffIds.stream().map(Digest::parse).toList(),
                repoTags,
                repoDigests,
                sizeBytes,
                Instant.parse(pulledAt));
    }
}
