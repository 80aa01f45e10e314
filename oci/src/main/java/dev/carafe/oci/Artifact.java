package dev.carafe.oci;

import java.util.ArrayList;
import java.util.List;

/// What a registry has that need not be an image (image-spec, manifest.md: guidelines for artifact usage).
///
/// @param type the artifact's, or its configuration's where it names none
/// @param blobs in their order
public record Artifact(String type, List<Descriptor> blobs) {
    public Artifact {
        blobs = List.copyOf(blobs);
    }

    public static Artifact parse(byte[] manifest) throws InvalidImageException {
        var document = Documents.parse(
                Documents.ManifestDocument.class, manifest, Documents.MAX_MANIFEST_BYTES, "the manifest");
        var config = Documents.descriptor(document.config(), "the manifest's config");
        var found = Documents.orEmpty(document.layers());
        if (found.size() > Documents.MAX_LAYERS) {
            throw new InvalidImageException(
                    "the manifest has " + found.size() + " blobs, more than the " + Documents.MAX_LAYERS + " allowed");
        }
        var blobs = new ArrayList<Descriptor>();
        for (var blob : found) {
            blobs.add(Documents.descriptor(blob, "blob " + (blobs.size() + 1) + " of the manifest"));
        }
        var type = Documents.orEmpty(document.artifactType());
        return new Artifact(type.isEmpty() ? config.mediaType() : type, blobs);
    }

    /// Whether it is one to run.
    public boolean isImage() {
        return MediaTypes.isConfig(type);
    }
}
