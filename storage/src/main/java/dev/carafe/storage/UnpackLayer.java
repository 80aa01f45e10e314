package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/// Unpacks one layer into staging, checks its diffID and makes it a layer of the store.
final class UnpackLayer {
    private static final Map<String, String> ALGORITHMS = Map.of("sha256", "SHA-256", "sha512", "SHA-512");

    private final LayerFolders folders;
    private final LayerLimits limits;

    UnpackLayer(LayerFolders folders, LayerLimits limits) {
        this.folders = folders;
        this.limits = limits;
    }

    void run(Digest diffId, InputStream compressed) throws IOException, InterruptedException {
        try (var staged = folders.stage()) {
            var layer = unpack(staged, diffId, compressed);
            folders.publish(staged, diffId, LayerRecord.of(diffId.toString(), layer));
        }
    }

    private UnpackedLayer unpack(Staging staged, Digest diffId, InputStream compressed) throws IOException {
        try (var holder = Directory.open(staged.folder());
                var stream = new LayerStream(compressed, digester(diffId), limits);
                var unpacker = new Unpacker(stream, holder, limits)) {
            var layer = unpacker.run();
            var actual = HexFormat.of().formatHex(stream.digestOfAll());
            if (!actual.equals(diffId.hex())) {
                throw new BadLayerException(
                        "its content has the digest " + diffId.algorithm() + ":" + actual + " instead");
            }
            return layer;
        }
    }

    private static MessageDigest digester(Digest diffId) {
        try {
            return MessageDigest.getInstance(ALGORITHMS.getOrDefault(diffId.algorithm(), diffId.algorithm()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalArgumentException("unknown digest algorithm " + diffId.algorithm(), e);
        }
    }
}
