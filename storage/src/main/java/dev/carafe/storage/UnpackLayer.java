package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.DiskSpace;
import dev.carafe.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;

/// Unpacks one layer into staging, checks its diffID and makes it a layer of the store.
final class UnpackLayer {
    private final LayerFolders folders;
    private final LayerLimits limits;
    private final Semaphore largeWindow = new Semaphore(1);

    UnpackLayer(LayerFolders folders, LayerLimits limits) {
        this.folders = folders;
        this.limits = limits;
    }

    void run(Digest diffId, InputStream compressed) throws IOException, InterruptedException {
        try (var staged = folders.stage()) {
            fill(staged, diffId, compressed);
        }
    }

    private void fill(Staging staged, Digest diffId, InputStream compressed) throws IOException, InterruptedException {
        try {
            var layer = unpack(staged, diffId, compressed);
            if (!layer.unsettled().isEmpty()) {
                layer.unsettled().write(StorePaths.unsettled(staged.folder()));
            }
            folders.publish(staged, diffId, LayerRecord.of(diffId.toString(), layer));
        } catch (IOException e) {
            throw DiskSpace.explained(e, staged.folder());
        }
    }

    private DecodeLayer decode(Digest diffId) {
        return new DecodeLayer(diffId.newHash(), limits, largeWindow, RawInflater::ofHost);
    }

    private UnpackedLayer unpack(Staging staged, Digest diffId, InputStream compressed) throws IOException {
        try (var holder = Directory.open(staged.folder());
                var stream = new LayerStream(compressed, decode(diffId));
                var recipe = new TarRecipe(StorePaths.recipe(staged.folder()));
                var unpacker = new Unpacker(stream, recipe, holder, staged.folder(), limits)) {
            var layer = unpacker.run();
            var actual = stream.digestOfAll();
            if (!actual.equals(diffId.hex())) {
                throw new BadLayerException(
                        "its content has the digest " + diffId.algorithm() + ":" + actual + " instead");
            }
            return layer;
        }
    }
}
