package dev.carafe.daemon;

import dev.carafe.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// An image of one layer without files, as skopeo's `dir:` has it.
final class DirectoryImage {
    private DirectoryImage() {}

    static Path write(Path folder) throws IOException {
        var layer = new byte[1024];
        var config = ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                        + Digest.sha256(layer) + "\"]}}")
                .getBytes(StandardCharsets.UTF_8);
        Files.createDirectory(folder);
        Files.writeString(folder.resolve("version"), "Directory Transport Version: 1.1\n");
        Files.write(folder.resolve(Digest.sha256(layer).hex()), layer);
        Files.write(folder.resolve(Digest.sha256(config).hex()), config);
        Files.writeString(folder.resolve("manifest.json"), """
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
                 "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},
                 "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":1024}]}
                """.formatted(
                        Digest.sha256(config), config.length, Digest.sha256(layer)));
        return folder;
    }
}
