package dev.carafe.oci;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// An image's configuration and layers (image-spec, manifest.md; Docker's schema 2).
///
/// @param layers bottom first
public record Manifest(String mediaType, Descriptor config, List<Descriptor> layers) {
    public static final int MAX_BYTES = Documents.MAX_MANIFEST_BYTES;

    public Manifest {
        layers = List.copyOf(layers);
    }

    /// Parses and checks that it is an image that can run here.
    public static Manifest parse(byte[] bytes) throws InvalidImageException {
        var document = Documents.parse(Documents.ManifestDocument.class, bytes, MAX_BYTES, "the manifest");
        var mediaType = Documents.orEmpty(document.mediaType());
        var schema = document.schemaVersion();
        if (MediaTypes.isSchema1(mediaType) || (schema != null && schema == 1)) {
            throw new InvalidImageException("the manifest is of Docker's schema 1, which no current tool writes;"
                    + " push the image anew with a current one");
        }
        if (!mediaType.isEmpty() && !MediaTypes.isManifest(mediaType)) {
            throw new InvalidImageException("not an image's manifest but " + Quoted.of(mediaType));
        }
        var config = Documents.descriptor(document.config(), "the manifest's config");
        if (!MediaTypes.isConfig(config.mediaType())) {
            throw new InvalidImageException("not an image but an artifact of type "
                    + Quoted.of(document.artifactType() == null ? config.mediaType() : document.artifactType()));
        }
        return new Manifest(mediaType.isEmpty() ? MediaTypes.OCI_MANIFEST : mediaType, config, layers(document));
    }

    /// What an image's author says of it, of a manifest that was parsed before.
    public static Map<String, String> annotations(byte[] bytes) throws InvalidImageException {
        var document = Documents.parse(Documents.ManifestDocument.class, bytes, MAX_BYTES, "the manifest");
        return Documents.texts(document.annotations(), "the manifest's annotations");
    }

    private static List<Descriptor> layers(Documents.ManifestDocument document) throws InvalidImageException {
        var found = Documents.orEmpty(document.layers());
        if (found.size() > Documents.MAX_LAYERS) {
            throw new InvalidImageException(
                    "the manifest has " + found.size() + " layers, more than the " + Documents.MAX_LAYERS + " allowed");
        }
        var layers = new ArrayList<Descriptor>();
        for (var layer : found) {
            var descriptor = Documents.descriptor(layer, "layer " + (layers.size() + 1) + " of the manifest");
            try {
                MediaTypes.compression(descriptor.mediaType());
            } catch (IllegalArgumentException e) {
                throw new InvalidImageException("layer " + (layers.size() + 1) + ": " + e.getMessage(), e);
            }
            layers.add(descriptor);
        }
        return layers;
    }
}
