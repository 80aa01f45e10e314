package dev.carafe.engine.image;

import dev.carafe.engine.image.MadeDocuments.DockerImage;
import dev.carafe.oci.Descriptor;
import dev.carafe.storage.Layers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Writes images as an OCI layout, each blob once; see [ReadOciLayout]. Images have their whole names in the
/// annotation of the specification as in containerd's, so that any tool finds each of several.
final class WriteOciLayout {
    private final Layers layers;
    private final ImageWriter writer;
    private final Set<Descriptor> written = new HashSet<>();

    private WriteOciLayout(Layers layers, ImageWriter writer) {
        this.layers = layers;
        this.writer = writer;
    }

    static void write(List<SavedImage> images, Layers layers, ImageWriter writer)
            throws IOException, InterruptedException {
        new WriteOciLayout(layers, writer).run(images);
    }

    private void run(List<SavedImage> images) throws IOException, InterruptedException {
        var entries = new ArrayList<Descriptor>();
        for (var image : images) {
            for (var layer : image.manifest().layers()) {
                if (written.add(layer)) {
                    writer.add(path(layer), layer.size(), target -> layers.writeTar(layer.digest(), target));
                }
            }
            writer.add(path(image.manifest().config()), image.configBytes());
            writer.add(path(image.descriptor()), image.manifestBytes());
            entries.addAll(entries(image));
        }
        writer.add(ReadOciLayout.INDEX, MadeDocuments.index(entries));
        writer.add(ReadOciLayout.MARK, "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.US_ASCII));
    }

    private static List<Descriptor> entries(SavedImage image) {
        var plain = image.descriptor();
        return image.names().isEmpty()
                ? List.of(plain)
                : image.names().stream().map(name -> named(plain, name)).toList();
    }

    private static Descriptor named(Descriptor plain, String name) {
        var annotations = Map.of(ReadOciLayout.IMAGE_NAME, name, ReadOciLayout.REF_NAME, name);
        return new Descriptor(
                plain.mediaType(), plain.digest(), plain.size(), annotations, plain.platform(), plain.osFeatures());
    }

    /// What makes the layout an archive of `docker save` too.
    static void writeDockerManifest(List<SavedImage> images, ImageWriter writer)
            throws IOException, InterruptedException {
        var docker = images.stream()
                .map(image -> new DockerImage(
                        path(image.manifest().config()),
                        image.names(),
                        image.manifest().layers().stream()
                                .map(WriteOciLayout::path)
                                .toList()))
                .toList();
        writer.add(ReadDockerArchive.MARK, MadeDocuments.dockerArchive(docker));
    }

    private static String path(Descriptor blob) {
        return ReadOciLayout.path(blob);
    }
}
