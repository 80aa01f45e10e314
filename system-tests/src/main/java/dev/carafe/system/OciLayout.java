package dev.carafe.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Writes an OCI image layout (image-spec, image-layout.md) of gzip layers made by tar from folders.
public final class OciLayout {
    private OciLayout() {}

    public static void write(Path layout, List<Path> folders, String config) throws IOException, InterruptedException {
        var blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
        var diffIds = new ArrayList<String>();
        var layers = new ArrayList<String>();
        for (var folder : folders) {
            var tar = layout.resolve("layer.tar");
            Programs.output(
                    "tar",
                    "-C",
                    folder.toString(),
                    "--numeric-owner",
                    "--owner=0",
                    "--group=0",
                    "-cf",
                    tar.toString(),
                    ".");
            diffIds.add("\"" + digest(Files.readAllBytes(tar)) + "\"");
            Programs.output("gzip", "-n", tar.toString());
            var gzip = layout.resolve("layer.tar.gz");
            layers.add(descriptor(blobs, "application/vnd.oci.image.layer.v1.tar+gzip", Files.readAllBytes(gzip)));
            Files.delete(gzip);
        }
        var architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        var imageConfig = """
                {"architecture":"%s","os":"linux","config":%s,"rootfs":{"type":"layers","diff_ids":[%s]}}""".formatted(architecture, config, String.join(",", diffIds));
        var manifest = """
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":%s,"layers":[%s]}""".formatted(
                        descriptor(blobs, "application/vnd.oci.image.config.v1+json", bytes(imageConfig)),
                        String.join(",", layers));
        var entry = descriptor(blobs, "application/vnd.oci.image.manifest.v1+json", bytes(manifest))
                .replaceFirst("}$", ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"latest\"}}");
        Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        Files.writeString(layout.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":[" + entry + "]}");
    }

    private static String descriptor(Path blobs, String mediaType, byte[] content) throws IOException {
        var digest = digest(content);
        Files.write(blobs.resolve(digest.substring("sha256:".length())), content);
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}".formatted(mediaType, digest, content.length);
    }

    private static String digest(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
