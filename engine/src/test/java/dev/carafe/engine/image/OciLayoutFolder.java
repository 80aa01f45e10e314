package dev.carafe.engine.image;

import dev.carafe.oci.Digest;
import dev.carafe.oci.MediaTypes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// An OCI layout in a folder, made of given layers.
final class OciLayoutFolder {
    private final Path folder;
    private final List<String> entries = new ArrayList<>();

    OciLayoutFolder(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder.resolve("blobs/sha256"));
        Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    }

    Path folder() {
        return folder;
    }

    /// @param name for the annotation; empty for none
    /// @param layers tars
    /// @return the image's id
    Digest add(String name, byte[]... layers) throws IOException {
        var descriptors = new ArrayList<String>();
        var diffIds = new ArrayList<String>();
        for (var layer : layers) {
            descriptors.add(blob("application/vnd.oci.image.layer.v1.tar+gzip", gzip(layer)));
            diffIds.add("\"" + Digest.sha256(layer) + "\"");
        }
        var config = "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
                + String.join(",", diffIds) + "]}}";
        var manifest = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",\"config\":"
                + blob(MediaTypes.OCI_CONFIG, config.getBytes(StandardCharsets.UTF_8)) + ",\"layers\":["
                + String.join(",", descriptors) + "]}";
        var entry = blob(MediaTypes.OCI_MANIFEST, manifest.getBytes(StandardCharsets.UTF_8));
        entries.add(
                name.isEmpty()
                        ? entry
                        : entry.replace(
                                "}", ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"" + name + "\"}}"));
        Files.writeString(
                folder.resolve("index.json"),
                "{\"schemaVersion\":2,\"manifests\":[" + String.join(",", entries) + "]}");
        return Digest.sha256(config.getBytes(StandardCharsets.UTF_8));
    }

    /// Writes it and gives its descriptor.
    private String blob(String mediaType, byte[] content) throws IOException {
        var digest = Digest.sha256(content);
        Files.write(path(digest), content);
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}".formatted(mediaType, digest, content.length);
    }

    Path path(Digest blob) {
        return folder.resolve("blobs/sha256").resolve(blob.hex());
    }

    static byte[] gzip(byte[] content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        }
        return bytes.toByteArray();
    }
}
