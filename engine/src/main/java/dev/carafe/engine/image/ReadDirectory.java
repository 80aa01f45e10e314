package dev.carafe.engine.image;

import dev.carafe.oci.Descriptor;
import dev.carafe.oci.Digest;
import dev.carafe.oci.ImageConfig;
import dev.carafe.oci.Manifest;
import dev.carafe.trust.ImageIdentity;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Reads a folder that skopeo wrote as `dir:`: one manifest, and its blobs by their digests' digits. It has no name.
final class ReadDirectory {
    static final String MARK = "version";
    static final String MANIFEST = "manifest.json";

    private final ImageFiles files;
    private final ImageIdentity identity;

    ReadDirectory(ImageFiles files, ImageIdentity identity) {
        this.files = files;
        this.identity = identity;
    }

    List<LocalImage> run() throws IOException {
        var manifestBytes = files.read(MANIFEST, Manifest.MAX_BYTES);
        var manifest = Manifest.parse(manifestBytes);
        var config = files.read(name(manifest.config()), manifest.config(), ImageConfig.MAX_BYTES);
        return List.of(new LocalImage(
                identity,
                List.of(),
                Optional.of(Digest.sha256(manifestBytes)),
                manifest,
                manifestBytes,
                config,
                blob -> new CheckedBlob(files.open(name(blob)), name(blob), blob)));
    }

    private static String name(Descriptor blob) {
        return blob.digest().hex();
    }
}
