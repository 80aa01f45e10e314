package dev.carafe.registry;

import dev.carafe.oci.Descriptor;
import dev.carafe.oci.Digest;
import dev.carafe.oci.MediaTypes;
import dev.carafe.oci.Platform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/// An image of one layer.
final class TestImage {
    private final String layerType;
    final byte[] layer;
    final byte[] config;
    final byte[] manifest;

    private TestImage(String layerType, byte[] layer) {
        this.layerType = layerType;
        this.layer = layer;
        config = bytes("{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                + Digest.sha256(layer) + "\"]}}");
        manifest = bytes("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",\"config\":"
                + json(MediaTypes.OCI_CONFIG, config) + ",\"layers\":[" + json(layerType, layer) + "]}");
    }

    static TestImage ofLayer(int layerBytes) {
        return new TestImage("application/vnd.oci.image.layer.v1.tar", random(layerBytes));
    }

    /// As tools that look into layers want them. The random bytes in it are no tar.
    static TestImage ofCompressedLayer(int layerBytes) throws IOException {
        var layer = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(layer)) {
            gzip.write(random(layerBytes));
        }
        return new TestImage("application/vnd.oci.image.layer.v1.tar+gzip", layer.toByteArray());
    }

    private static byte[] random(int count) {
        var bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    Digest digest() {
        return Digest.sha256(manifest);
    }

    Descriptor layerDescriptor() {
        return descriptor(layerType, layer);
    }

    Descriptor configDescriptor() {
        return descriptor(MediaTypes.OCI_CONFIG, config);
    }

    /// An entry of an index.
    String entry(String architecture) {
        return entry(MediaTypes.OCI_MANIFEST, manifest, architecture);
    }

    static String entry(String mediaType, byte[] document, String architecture) {
        var descriptor = json(mediaType, document);
        return descriptor.substring(0, descriptor.length() - 1) + ",\"platform\":{\"os\":\"linux\",\"architecture\":\""
                + architecture + "\"}}";
    }

    static byte[] index(String... entries) {
        return bytes("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_INDEX + "\",\"manifests\":["
                + String.join(",", entries) + "]}");
    }

    static Descriptor descriptor(String mediaType, byte[] content) {
        return new Descriptor(
                mediaType, Digest.sha256(content), content.length, Map.of(), new Platform("", "", ""), List.of());
    }

    private static String json(String mediaType, byte[] content) {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + Digest.sha256(content) + "\",\"size\":"
                + content.length + "}";
    }

    /// The document with another text instead of one of its own.
    static byte[] edited(byte[] document, String text, String other) {
        return bytes(new String(document, StandardCharsets.UTF_8).replace(text, other));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
