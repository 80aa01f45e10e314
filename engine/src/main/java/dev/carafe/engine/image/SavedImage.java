package dev.carafe.engine.image;

import dev.carafe.oci.Descriptor;
import dev.carafe.oci.Digest;
import dev.carafe.oci.Manifest;
import dev.carafe.oci.MediaTypes;
import dev.carafe.storage.Layers;
import dev.carafe.storage.StoredImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// An image as it is written out: its own configuration, so that its id is the same, and a manifest that is made for
/// layers that are not compressed, since the compressed ones are not kept.
///
/// @param configBytes not to be changed
/// @param manifestBytes the same
@SuppressWarnings("ArrayRecordComponent") // the bytes are the documents again, as their digests have them
record SavedImage(List<String> names, Manifest manifest, byte[] configBytes, byte[] manifestBytes) {
    SavedImage {
        names = List.copyOf(names);
    }

    /// @throws IOException where a layer can't be made again, or the configuration is not what it was
    static SavedImage of(StoredImage image, List<String> names, Layers layers) throws IOException {
        var configBytes = image.configJson().getBytes(StandardCharsets.UTF_8);
        if (!image.id().isOf(configBytes)) {
            throw new IOException("the configuration of image " + image.id() + " is not UTF-8, so it can't be saved");
        }
        var blobs = new ArrayList<Descriptor>();
        for (var diffId : image.diffIds()) {
            blobs.add(MadeDocuments.descriptor(MadeDocuments.LAYER, diffId, layers.tarBytes(diffId)));
        }
        var config = MadeDocuments.descriptor(MediaTypes.OCI_CONFIG, image.id(), configBytes.length);
        var manifest = new Manifest(MediaTypes.OCI_MANIFEST, config, blobs);
        return new SavedImage(names, manifest, configBytes, MadeDocuments.manifest(manifest));
    }

    Descriptor descriptor() {
        return MadeDocuments.descriptor(MediaTypes.OCI_MANIFEST, Digest.sha256(manifestBytes), manifestBytes.length);
    }
}
