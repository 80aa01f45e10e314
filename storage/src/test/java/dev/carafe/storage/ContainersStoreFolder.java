package dev.carafe.storage;

import dev.carafe.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/// A store in containers/storage's form, written by hand, with one image of two layers.
final class ContainersStoreFolder {
    static final Digest LOWER = Digest.sha256(new byte[] {1});
    static final Digest UPPER = Digest.sha256(new byte[] {2});
    static final String LOWER_ID = "1".repeat(64);
    static final String UPPER_ID = "2".repeat(64);

    private final Path root;

    ContainersStoreFolder(Path root) throws IOException {
        this.root = root;
        Files.createDirectories(diff(LOWER_ID));
        Files.createDirectories(diff(UPPER_ID));
        Files.createDirectories(layers().getParent());
        Files.createDirectories(folder());
        Files.writeString(layers(), layersJson());
        Files.writeString(images(), imagesJson());
        Files.writeString(manifest(), manifestJson());
        Files.writeString(config(), configJson());
    }

    Path root() {
        return root;
    }

    Path diff(String id) {
        return root.resolve("overlay").resolve(id).resolve("diff");
    }

    Path layers() {
        return root.resolve("overlay-layers").resolve("layers.json");
    }

    Path images() {
        return root.resolve("overlay-images").resolve("images.json");
    }

    Path folder() {
        return root.resolve("overlay-images").resolve(id().hex());
    }

    Path manifest() {
        return folder().resolve("manifest");
    }

    Path config() {
        return folder().resolve(
                        "=" + Base64.getEncoder().encodeToString(id().toString().getBytes(StandardCharsets.UTF_8)));
    }

    static Digest id() {
        return Digest.sha256(configJson().getBytes(StandardCharsets.UTF_8));
    }

    static String configJson() {
        return "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + LOWER
                + "\",\"" + UPPER + "\"]}}";
    }

    static String manifestJson() {
        var type = "application/vnd.oci.image.";
        return "{\"schemaVersion\":2,\"mediaType\":\"" + type + "manifest.v1+json\",\"config\":{\"mediaType\":\"" + type
                + "config.v1+json\",\"digest\":\"" + id() + "\",\"size\":"
                + configJson().length() + "},\"layers\":[]}";
    }

    static String layersJson() {
        return "[{\"id\":\"" + LOWER_ID + "\",\"diff-digest\":\"" + LOWER + "\",\"diff-size\":100},"
                + "{\"id\":\"" + UPPER_ID + "\",\"parent\":\"" + LOWER_ID + "\",\"diff-digest\":\"" + UPPER
                + "\",\"diff-size\":23,\"flags\":{\"incomplete\":false}}]";
    }

    static String imagesJson() {
        return "[{\"id\":\"" + id().hex() + "\",\"digest\":\"" + id() + "\",\"names\":[\"quay.io/app:1\"],\"layer\":\""
                + UPPER_ID + "\",\"big-data-names\":[\"manifest\",\"" + id()
                + "\"],\"created\":\"2024-01-02T03:04:05.678+02:00\"}]";
    }

    static List<Digest> chain() {
        return List.of(LOWER, UPPER);
    }
}
