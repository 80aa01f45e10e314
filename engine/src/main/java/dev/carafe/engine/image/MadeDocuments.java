package dev.carafe.engine.image;

import dev.carafe.oci.Descriptor;
import dev.carafe.oci.Digest;
import dev.carafe.oci.Manifest;
import dev.carafe.oci.Platform;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Documents of images that no registry gave us. The same content is the same bytes. All names in them are digests,
/// media types and references, whose grammar needs no escapes.
final class MadeDocuments {
    /// Of a layer that is not compressed.
    static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

    private MadeDocuments() {}

    static Descriptor descriptor(String mediaType, Digest digest, long size) {
        return new Descriptor(mediaType, digest, size, Map.of(), new Platform("", "", ""), List.of());
    }

    static byte[] manifest(Manifest manifest) {
        return bytes("{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":%s}"
                .formatted(
                        manifest.mediaType(), json(manifest.config()), list(manifest.layers(), MadeDocuments::json)));
    }

    /// Of an OCI layout: an entry for each manifest and name.
    static byte[] index(Collection<Descriptor> manifests) {
        return bytes("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":%s}"
                .formatted(list(manifests, MadeDocuments::json)));
    }

    /// What an archive of `docker save` has as its `manifest.json`.
    static byte[] dockerArchive(Collection<DockerImage> images) {
        return bytes(list(
                images,
                image -> "{\"Config\":\"%s\",\"RepoTags\":%s,\"Layers\":%s}"
                        .formatted(
                                image.config,
                                list(image.repoTags, MadeDocuments::quoted),
                                list(image.layers, MadeDocuments::quoted))));
    }

    /// Members' names of an archive, and names of the image.
    record DockerImage(String config, List<String> repoTags, List<String> layers) {
        DockerImage {
            repoTags = List.copyOf(repoTags);
            layers = List.copyOf(layers);
        }
    }

    private static String json(Descriptor descriptor) {
        var annotations = descriptor.annotations().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(a -> quoted(a.getKey()) + ":" + quoted(a.getValue()))
                .collect(Collectors.joining(","));
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d%s}"
                .formatted(
                        descriptor.mediaType(),
                        descriptor.digest(),
                        descriptor.size(),
                        annotations.isEmpty() ? "" : ",\"annotations\":{" + annotations + "}");
    }

    private static <T> String list(Collection<T> all, Function<T, String> json) {
        return all.stream().map(json).collect(Collectors.joining(",", "[", "]"));
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
