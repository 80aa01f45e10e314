package dev.carafe.engine.image;

import dev.carafe.oci.Descriptor;
import dev.carafe.oci.Digest;
import dev.carafe.oci.DockerArchive;
import dev.carafe.oci.ImageConfig;
import dev.carafe.oci.InvalidImageException;
import dev.carafe.oci.Manifest;
import dev.carafe.oci.MediaTypes;
import dev.carafe.oci.Reference;
import dev.carafe.trust.ImageIdentity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/// Reads an archive of `docker save`. It holds no image manifest, so one is made for its layers as they stand there; no
/// registry knows its digest, so the image is not named by it. What the layers are, the configuration's
/// diffIDs say.
final class ReadDockerArchive {
    static final String MARK = "manifest.json";

    private final ImageFiles files;

    ReadDockerArchive(ImageFiles files) {
        this.files = files;
    }

    List<LocalImage> run() throws IOException {
        return LocalImage.all(
                DockerArchive.parse(files.read(MARK, DockerArchive.MAX_BYTES)).images(), this::image);
    }

    private LocalImage image(DockerArchive.Image image) throws IOException {
        var configBytes = files.read(image.config(), ImageConfig.MAX_BYTES);
        var diffIds = ImageConfig.parse(configBytes).diffIds();
        if (diffIds.size() != image.layers().size()) {
            throw new InvalidImageException("the configuration " + image.config() + " names " + diffIds.size()
                    + " layers, " + MARK + " " + image.layers().size());
        }
        var members = new HashMap<Digest, String>();
        var layers = new ArrayList<Descriptor>();
        for (var i = 0; i < diffIds.size(); i++) {
            var member = image.layers().get(i);
            var size = files.size(member).orElseThrow(() -> new InvalidImageException("the archive has no " + member));
            members.putIfAbsent(diffIds.get(i), member);
            layers.add(MadeDocuments.descriptor(MadeDocuments.LAYER, diffIds.get(i), size));
        }
        var config = MadeDocuments.descriptor(MediaTypes.OCI_CONFIG, Digest.sha256(configBytes), configBytes.length);
        var manifest = new Manifest(MediaTypes.OCI_MANIFEST, config, layers);
        return new LocalImage(
                ImageIdentity.ofDockerArchive(),
                names(image),
                Optional.empty(),
                manifest,
                MadeDocuments.manifest(manifest),
                configBytes,
                blob -> files.open(members.getOrDefault(blob.digest(), "")));
    }

    /// Docker leaves its own registry out of names.
    private static List<Reference> names(DockerArchive.Image image) throws InvalidImageException {
        var names = new ArrayList<Reference>();
        for (var tag : image.repoTags()) {
            try {
                names.add(Reference.parse(tag));
            } catch (IllegalArgumentException e) {
                throw new InvalidImageException(MARK + ": " + e.getMessage(), e);
            }
        }
        return names;
    }
}
