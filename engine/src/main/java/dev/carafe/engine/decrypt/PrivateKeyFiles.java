package dev.carafe.engine.decrypt;

import dev.carafe.engine.spec.NodeFile;
import dev.carafe.registry.PrivateKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.List;

/// The private keys of a folder and of those in it, in PEM.
///
/// @param unusable which files are none, and why
record PrivateKeyFiles(List<PrivateKey> keys, List<String> unusable) {
    private static final int MAXIMUM_BYTES = 64 * 1024;
    private static final int MOST_FILES = 64;
    private static final int DEEPEST = 8;

    PrivateKeyFiles {
        keys = List.copyOf(keys);
        unusable = List.copyOf(unusable);
    }

    /// None where there is no such folder.
    ///
    /// @throws IOException for links, which could lead to anything, and beyond the bounds
    static PrivateKeyFiles read(Path folder) throws IOException {
        var keys = new ArrayList<PrivateKey>();
        var unusable = new ArrayList<String>();
        if (Files.exists(folder)) {
            for (var file : files(folder)) {
                try {
                    keys.add(PrivateKeys.parse(NodeFile.read(file, MAXIMUM_BYTES)));
                } catch (GeneralSecurityException | IllegalArgumentException e) {
                    unusable.add(file + ": " + e.getMessage());
                }
            }
        }
        return new PrivateKeyFiles(keys, unusable);
    }

    private static List<Path> files(Path folder) throws IOException {
        var files = new ArrayList<Path>();
        try (var found = Files.walk(folder, DEEPEST)) {
            for (var file : (Iterable<Path>) found::iterator) {
                if (Files.isSymbolicLink(file) && !file.equals(folder)) {
                    throw new IOException("decryption_keys_path: " + file + " is a link, which is not followed");
                }
                if (Files.isRegularFile(file)) {
                    files.add(file);
                }
                if (files.size() > MOST_FILES) {
                    throw new IOException(
                            "decryption_keys_path: " + folder + " has more than " + MOST_FILES + " files");
                }
            }
        }
        return files;
    }
}
