package dev.carafe.storage;

import dev.carafe.oci.Digest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// What a container's file systems stand on. Each chain has the bottom first and is settled.
///
/// @param root of its image
/// @param volumes a chain for each image that it has as a volume
public record ContainerLayers(List<Digest> root, List<List<Digest>> volumes) {
    public ContainerLayers {
        root = List.copyOf(root);
        volumes = volumes.stream().map(List::copyOf).toList();
    }

    public static ContainerLayers withoutVolumes(List<Digest> root) {
        return new ContainerLayers(root, List.of());
    }

    List<List<Digest>> chains() {
        return Stream.concat(Stream.of(root), volumes.stream()).toList();
    }

    Set<Digest> all() {
        var all = new HashSet<Digest>();
        chains().forEach(all::addAll);
        return all;
    }
}
