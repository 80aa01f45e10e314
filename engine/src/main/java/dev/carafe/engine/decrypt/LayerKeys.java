package dev.carafe.engine.decrypt;

import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.Descriptor;
import dev.carafe.oci.Digest;
import dev.carafe.oci.MediaTypes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The node's private keys, by which encrypted layers are read (ocicrypt's form, for keys by JWE). The folder is read
/// whenever an image has such layers. Safe for all threads.
public final class LayerKeys {
    private static final String KEYS = "org.opencontainers.image.enc.keys.";
    private static final String JWE = KEYS + "jwe";
    private static final String OPEN_OPTIONS = "org.opencontainers.image.enc.pubopts";

    /// Of one annotation; a key for ten keys of RSA takes 8 KiB.
    private static final int MAXIMUM_CHARACTERS = 256 * 1024;

    private static final int MOST_MESSAGES = 16;

    private volatile Path folder;

    public LayerKeys(Path folder) {
        this.folder = folder;
    }

    /// From now on.
    public void use(Path changed) {
        folder = changed;
    }

    /// Finds the key of each encrypted layer, whether or not the layer is here already: who may not read an image
    /// doesn't get it because somebody else could.
    ///
    /// @throws IOException names the layer that can't be read, and what to do
    public Opened open(List<Descriptor> layers) throws IOException {
        var encrypted = layers.stream()
                .filter(layer -> MediaTypes.isEncrypted(layer.mediaType()))
                .toList();
        if (encrypted.isEmpty()) {
            return new Opened(Map.of());
        }
        var from = folder;
        var files = PrivateKeyFiles.read(from);
        var keys = new HashMap<Digest, LayerKey>();
        for (var layer : encrypted) {
            keys.put(layer.digest(), key(layer, files, from));
        }
        return new Opened(keys);
    }

    /// Keys of one image's layers.
    public static final class Opened {
        private final Map<Digest, LayerKey> keys;

        private Opened(Map<Digest, LayerKey> keys) {
            this.keys = Map.copyOf(keys);
        }

        /// The layer as it was before it was encrypted; one that was not comes as it is. Reading to the end checks
        /// that nobody has changed it.
        public InputStream decrypt(Descriptor layer, InputStream blob) {
            var key = keys.get(layer.digest());
            return key == null ? blob : key.open(blob);
        }
    }

    private static LayerKey key(Descriptor layer, PrivateKeyFiles files, Path folder) throws IOException {
        var what = "layer " + layer.digest() + " is encrypted, and ";
        var messages = annotation(layer, JWE);
        if (messages.isEmpty()) {
            throw new IOException(what + "not for keys in PEM (jwe), which alone are known here, but for: "
                    + kinds(layer) + "; encrypt the image for such a key too");
        }
        try {
            var split = messages.split(",", MOST_MESSAGES + 1);
            if (split.length > MOST_MESSAGES) {
                throw new BadMessageException("more than " + MOST_MESSAGES + " messages");
            }
            for (var message : split) {
                var opened = Jwe.open(Base64.getDecoder().decode(message), files.keys());
                if (opened.isPresent()) {
                    return secret(opened.get())
                            .with(CipherOptions.parse(Base64.getDecoder().decode(annotation(layer, OPEN_OPTIONS))));
                }
            }
        } catch (BadJsonException | BadMessageException | IllegalArgumentException e) {
            throw new IOException(what + "its annotations are wrong: " + e.getMessage(), e);
        }
        throw new IOException(what + "none of the " + files.keys().size() + " private keys in " + folder
                + " (decryption_keys_path) opens it; put the one there that it is encrypted for"
                + (files.unusable().isEmpty() ? "" : "; not used: " + String.join("; ", files.unusable())));
    }

    /// Nothing of it gets into messages.
    @SuppressWarnings("UnusedException") // it may hold what nobody is to read
    private static CipherOptions secret(byte[] message) throws BadMessageException {
        try {
            return CipherOptions.parse(message);
        } catch (BadJsonException e) {
            throw new BadMessageException("what a key opened is no layer's key");
        }
    }

    private static String annotation(Descriptor layer, String name) throws IOException {
        var value = layer.annotations().getOrDefault(name, "");
        if (value.length() > MAXIMUM_CHARACTERS) {
            throw new IOException("layer " + layer.digest() + ": its annotation " + name + " has more than "
                    + MAXIMUM_CHARACTERS + " characters");
        }
        return value;
    }

    private static String kinds(Descriptor layer) {
        var kinds = layer.annotations().keySet().stream()
                .filter(name -> name.startsWith(KEYS))
                .map(name -> name.substring(KEYS.length()))
                .sorted()
                .toList();
        return kinds.isEmpty() ? "nobody" : String.join(", ", kinds);
    }
}
