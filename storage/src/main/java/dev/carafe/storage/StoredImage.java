package dev.carafe.storage;

import dev.carafe.oci.Digest;
import java.time.Instant;
import java.util.List;

/// An image whose layers are all in the store.
///
/// @param id the digest of its config
/// @param manifestDigest of the manifest for this platform
/// @param diffIds its layers, bottom first
/// @param repoTags normalised, as `docker.io/library/busybox:1.36`
/// @param repoDigests normalised, as `docker.io/library/busybox@sha256:…`
/// @param sizeBytes what the image counts for in ImageStatus
public record StoredImage(
        Digest id,
        Digest manifestDigest,
        String manifestJson,
        String configJson,
        List<Digest> diffIds,
        List<String> repoTags,
        List<String> repoDigests,
        long sizeBytes,
        Instant pulledAt) {
    public StoredImage {
        diffIds = List.copyOf(diffIds);
        repoTags = List.copyOf(repoTags);
        repoDigests = List.copyOf(repoDigests);
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("negative image size " + sizeBytes);
        }
    }

    StoredImage withNames(List<String> tags, List<String> digests) {
        return new StoredImage(
                id, manifestDigest, manifestJson, configJson, diffIds, tags, digests, sizeBytes, pulledAt);
    }
}
