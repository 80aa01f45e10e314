package dev.carafe.engine.image;

import dev.carafe.oci.Digest;
import dev.carafe.oci.InvalidImageException;
import dev.carafe.oci.Manifest;
import dev.carafe.oci.Reference;
import dev.carafe.trust.ImageIdentity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// An image of a folder or an archive: its documents are read and checked, its layers are still to be.
///
/// @param identity as which the policy judges it
/// @param names with tags, perhaps none
/// @param digest of what the names stand for, a manifest or an index, where it is more than made up here
/// @param manifestBytes not to be changed
/// @param configBytes the same
@SuppressWarnings("ArrayRecordComponent") // the bytes are the documents again, as their digests have them
record LocalImage(
        ImageIdentity identity,
        List<Reference> names,
        Optional<Digest> digest,
        Manifest manifest,
        byte[] manifestBytes,
        byte[] configBytes,
        StoreImage.Blobs layers) {
    /// In one folder or archive.
    static final int MOST_IMAGES = 256;

    /// Of one folder's or archive's images together, which are all in memory before the first is stored.
    private static final long MOST_BYTES = 16 << 20;

    LocalImage {
        names = List.copyOf(names);
    }

    LocalImage named(Reference name) {
        return new LocalImage(identity, List.of(name), digest, manifest, manifestBytes, configBytes, layers);
    }

    /// Reads one after the other, as long as they stay within bounds.
    static <T> List<LocalImage> all(Collection<T> from, Reader<T> reader) throws IOException {
        if (from.size() > MOST_IMAGES) {
            throw new InvalidImageException("there are more than " + MOST_IMAGES + " images in it");
        }
        var images = new ArrayList<LocalImage>();
        var bytes = 0L;
        for (var one : from) {
            var image = reader.read(one);
            bytes += image.manifestBytes.length + image.configBytes.length;
            if (bytes > MOST_BYTES) {
                throw new InvalidImageException(
                        "manifests and configurations have more than " + MOST_BYTES + " bytes in all");
            }
            images.add(image);
        }
        return images;
    }

    /// Reads one image's documents.
    @FunctionalInterface
    interface Reader<T> {
        LocalImage read(T one) throws IOException;
    }
}
