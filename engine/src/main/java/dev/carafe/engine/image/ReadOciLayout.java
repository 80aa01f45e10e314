package dev.carafe.engine.image;

import dev.carafe.oci.Descriptor;
import dev.carafe.oci.ImageConfig;
import dev.carafe.oci.ImageIndex;
import dev.carafe.oci.InvalidImageException;
import dev.carafe.oci.Manifest;
import dev.carafe.oci.MediaTypes;
import dev.carafe.oci.Platform;
import dev.carafe.oci.Reference;
import dev.carafe.trust.ImageIdentity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// Reads an OCI image layout (image-spec, image-layout.md). Entries of its index that bear one name are one image
/// for several platforms.
final class ReadOciLayout {
    static final String MARK = "oci-layout";
    static final String INDEX = "index.json";

    static final String REF_NAME = "org.opencontainers.image.ref.name";

    /// Whole names; tools on containerd write them, since the specification's annotation may be a tag alone.
    static final String IMAGE_NAME = "io.containerd.image.name";

    /// As with a registry.
    private static final int DEEPEST_INDEX = 2;

    private final ImageFiles files;
    private final ImageIdentity identity;

    ReadOciLayout(ImageFiles files, ImageIdentity identity) {
        this.files = files;
        this.identity = identity;
    }

    List<LocalImage> run() throws IOException {
        var byName = new LinkedHashMap<String, List<Descriptor>>();
        for (var entry : ImageIndex.parse(files.read(INDEX, Manifest.MAX_BYTES)).manifests()) {
            byName.computeIfAbsent(image(entry), _ -> new ArrayList<>()).add(entry);
        }
        return LocalImage.all(byName.values(), this::image);
    }

    /// Which image it is of: one that tells neither name nor platform is one by itself.
    private static String image(Descriptor entry) {
        var name = name(entry);
        return name.isEmpty() && entry.platform().os().isEmpty()
                ? entry.digest().toString()
                : name;
    }

    private static String name(Descriptor entry) {
        var annotations = entry.annotations();
        return annotations.getOrDefault(IMAGE_NAME, annotations.getOrDefault(REF_NAME, ""));
    }

    private LocalImage image(List<Descriptor> entries) throws IOException {
        var top = entries.size() == 1 ? entries.getFirst() : new ImageIndex(entries).choose(Platform.host());
        var chosen = top;
        for (var depth = 1; MediaTypes.isIndex(chosen.mediaType()); depth++) {
            if (depth > DEEPEST_INDEX) {
                throw new InvalidImageException("indexes are nested deeper than " + DEEPEST_INDEX);
            }
            chosen = ImageIndex.parse(read(chosen, Manifest.MAX_BYTES)).choose(Platform.host());
        }
        var manifestBytes = read(chosen, Manifest.MAX_BYTES);
        var manifest = Manifest.parse(manifestBytes);
        return new LocalImage(
                identity,
                names(name(entries.getFirst())),
                Optional.of(top.digest()),
                manifest,
                manifestBytes,
                read(manifest.config(), ImageConfig.MAX_BYTES),
                blob -> new CheckedBlob(files.open(path(blob)), path(blob), blob));
    }

    /// A tag alone names no image.
    private static List<Reference> names(String name) throws InvalidImageException {
        try {
            return name.isEmpty() || Reference.isShort(name) ? List.of() : List.of(Reference.parse(name));
        } catch (IllegalArgumentException e) {
            throw new InvalidImageException(INDEX + ": " + e.getMessage(), e);
        }
    }

    private byte[] read(Descriptor blob, int maxBytes) throws IOException {
        return files.read(path(blob), blob, maxBytes);
    }

    static String path(Descriptor blob) {
        return "blobs/" + blob.digest().algorithm() + "/" + blob.digest().hex();
    }
}
