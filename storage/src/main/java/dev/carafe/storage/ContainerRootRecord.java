package dev.carafe.storage;

import dev.carafe.oci.Digest;
import io.avaje.jsonb.Json;
import java.util.List;

/// [ContainerLayers] on disk. Records from before there were volumes have none.
@Json
record ContainerRootRecord(List<String> chain, List<List<String>> volumes) {
    static final int SCHEMA = 1;

    @SuppressWarnings("NullAway") // a missing field arrives as null
    ContainerRootRecord {
        chain = chain == null ? List.of() : List.copyOf(chain);
        volumes = volumes == null ? List.of() : List.copyOf(volumes);
    }

    static ContainerRootRecord of(ContainerLayers layers) {
        return new ContainerRootRecord(
                texts(layers.root()),
                layers.volumes().stream().map(ContainerRootRecord::texts).toList());
    }

    private static List<String> texts(List<Digest> chain) {
        return chain.stream().map(Digest::toString).toList();
    }

    /// @throws IllegalArgumentException if one is no digest
    ContainerLayers layers() {
        return new ContainerLayers(
                digests(chain),
                volumes.stream().map(ContainerRootRecord::digests).toList());
    }

    private static List<Digest> digests(List<String> texts) {
        return texts.stream().map(Digest::parse).toList();
    }
}
