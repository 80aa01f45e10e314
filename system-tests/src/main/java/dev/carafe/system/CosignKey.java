package dev.carafe.system;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/// A key of OpenSSL's that signs images in a registry as cosign does: the signature is a manifest beside the
/// image. The distributions' skopeo is built without it.
public record CosignKey(Path folder) {
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json";
    private static final String CONFIG = "application/vnd.oci.image.config.v1+json";

    public static CosignKey generate(Path folder) throws IOException, InterruptedException {
        var key = new CosignKey(folder);
        Programs.output(
                "openssl",
                "genpkey",
                "-algorithm",
                "EC",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-out",
                key.file("key"));
        Programs.output("openssl", "pkey", "-in", key.file("key"), "-pubout", "-out", key.file("pub"));
        return key;
    }

    public Path publicKey() {
        return Path.of(file("pub"));
    }

    private String file(String ending) {
        return folder.resolve("cosign." + ending).toString();
    }

    /// Attaches a signature to the image under its full name, tag included.
    public void sign(String registry, String repository, String tag) throws IOException, InterruptedException {
        var digest = digest(get(registry, repository, tag));
        var claim = ("{\"critical\":{\"identity\":{\"docker-reference\":\"" + registry + "/" + repository + ":" + tag
                        + "\"},\"image\":{\"docker-manifest-digest\":\"" + digest
                        + "\"},\"type\":\"cosign container image signature\"},\"optional\":null}")
                .getBytes(StandardCharsets.UTF_8);
        Files.write(Path.of(file("claim")), claim);
        Programs.output("openssl", "dgst", "-sha256", "-sign", file("key"), "-out", file("sig"), file("claim"));
        var signature = Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(file("sig"))));
        var config = "{}".getBytes(StandardCharsets.UTF_8);
        upload(registry, repository, claim);
        upload(registry, repository, config);
        put(
                registry,
                repository,
                digest.replace(':', '-') + ".sig",
                MANIFEST,
                "{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST + "\",\"config\":{" + described(CONFIG, config)
                        + "},\"layers\":[{" + described(SIMPLE_SIGNING, claim)
                        + ",\"annotations\":{\"dev.cosignproject.cosign/signature\":\"" + signature + "\"}}]}");
    }

    static String described(String mediaType, byte[] content) {
        return "\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + digest(content) + "\",\"size\":" + content.length;
    }

    public static void upload(String registry, String repository, byte[] blob)
            throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var begun = client.send(
                    HttpRequest.newBuilder(URI.create("http://" + registry + "/v2/" + repository + "/blobs/uploads/"))
                            .POST(BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.discarding());
            var place = begun.headers().firstValue("location").orElseThrow();
            send(HttpRequest.newBuilder(
                            URI.create(place + (place.contains("?") ? "&" : "?") + "digest=" + digest(blob)))
                    .header("content-type", "application/octet-stream")
                    .PUT(BodyPublishers.ofByteArray(blob))
                    .build());
        }
    }

    /// An image's manifest.
    public static byte[] get(String registry, String repository, String tag) throws IOException, InterruptedException {
        return send(
                manifest(registry, repository, tag).header("accept", MANIFEST).build());
    }

    public static void put(String registry, String repository, String tag, String mediaType, String manifest)
            throws IOException, InterruptedException {
        send(manifest(registry, repository, tag)
                .header("content-type", mediaType)
                .PUT(BodyPublishers.ofString(manifest))
                .build());
    }

    private static HttpRequest.Builder manifest(String registry, String repository, String tag) {
        return HttpRequest.newBuilder(URI.create("http://" + registry + "/v2/" + repository + "/manifests/" + tag));
    }

    private static byte[] send(HttpRequest request) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(request, BodyHandlers.ofByteArray());
            if (answer.statusCode() / 100 != 2) {
                throw new IOException(request.method() + " " + request.uri() + ": " + answer.statusCode() + " "
                        + new String(answer.body(), StandardCharsets.UTF_8));
            }
            return answer.body();
        }
    }

    public static String digest(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
