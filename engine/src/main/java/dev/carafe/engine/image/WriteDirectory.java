package dev.carafe.engine.image;

import dev.carafe.storage.Layers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;

/// Writes an image as skopeo's `dir:` has it; see [ReadDirectory].
final class WriteDirectory {
    private static final String VERSION = "Directory Transport Version: 1.1\n";

    private WriteDirectory() {}

    static void write(SavedImage image, Layers layers, ImageWriter writer) throws IOException, InterruptedException {
        for (var layer : new LinkedHashSet<>(image.manifest().layers())) {
            writer.add(layer.digest().hex(), layer.size(), target -> layers.writeTar(layer.digest(), target));
        }
        writer.add(image.manifest().config().digest().hex(), image.configBytes());
        writer.add(ReadDirectory.MANIFEST, image.manifestBytes());
        writer.add(ReadDirectory.MARK, VERSION.getBytes(StandardCharsets.US_ASCII));
    }
}
