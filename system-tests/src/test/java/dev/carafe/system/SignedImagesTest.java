package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.SimpleFileServer;
import dev.carafe.cri.v1.AuthConfig;
import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.ImageFilter;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.engine.Engine;
import dev.carafe.engine.EngineConfig;
import dev.carafe.trust.SignatureRefusedException;
import dev.carafe.trust.TrustConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Images that skopeo has signed, in a real registry, under policies that want signatures.
@Tag("system")
class SignedImagesTest {
    private static TestHost host;
    private static TestRegistry registry;
    private static GpgKey gpg;
    private static CosignKey cosign;
    private static String plain;

    @BeforeAll
    static void prepare() throws Exception {
        host = TestHost.create("runc");
        registry = TestRegistry.start(host.work());
        gpg = GpgKey.generate();
        cosign = CosignKey.generate(host.work());
        plain = registry.pushBusybox("plain:1");
    }

    @AfterAll
    static void cleanUp() throws IOException {
        try (var _ = host;
                var _ = registry) {
            gpg.close();
        }
    }

    @BeforeEach
    void configure() throws IOException {
        Files.createDirectories(registries());
        registries("lookaside: \"file://" + lookaside() + "\"\n    use-sigstore-attachments: true");
        accept(host.policy());
        Files.deleteIfExists(host.policy("tests"));
    }

    @Test
    void anImageThatGpgHasSignedIsPulledAndOthersAreNot() throws Exception {
        var signed = sign("gpg:1", "--sign-by", gpg.user());
        require(host.policy(), signedBy(""));
        try (var engine = open()) {
            pull(engine, signed, "");
            assertRefused("the image has no signature in file://" + lookaside(), engine, plain);
            assertEquals(1, images(engine));
            remove(engine, signed);
        }
    }

    @Test
    void aSignatureOfAnotherTagIsNoneForThisOne() throws Exception {
        var signed = sign("moved:1", "--sign-by", gpg.user());
        skopeo(
                "copy",
                "--src-tls-verify=false",
                "--dest-tls-verify=false",
                "docker://" + signed,
                "docker://" + registry.address() + "/moved:2");
        require(host.policy(), signedBy(""));
        try (var engine = open()) {
            assertRefused("it is for the name " + signed, engine, registry.address() + "/moved:2");
        }
        require(host.policy(), signedBy(",\"signedIdentity\":{\"type\":\"matchRepository\"}"));
        try (var engine = open()) {
            pull(engine, registry.address() + "/moved:2", "");
            remove(engine, registry.address() + "/moved:2");
        }
    }

    @Test
    void signaturesComeFromAServerToo() throws Exception {
        var signed = sign("served:1", "--sign-by", gpg.user());
        var server = SimpleFileServer.createFileServer(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                lookaside(),
                SimpleFileServer.OutputLevel.NONE);
        server.start();
        try {
            registries("lookaside: \"http://127.0.0.1:" + server.getAddress().getPort() + "\"");
            require(host.policy(), signedBy(""));
            try (var engine = open()) {
                pull(engine, signed, "");
                assertRefused("the image has no signature in http://127.0.0.1", engine, plain);
                remove(engine, signed);
            }
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anImageThatCosignsKeyHasSignedIsPulledAndOthersAreNot() throws Exception {
        var signed = signWithCosign("cosign");
        require(host.policy(), sigstoreSigned());
        try (var engine = open()) {
            pull(engine, signed, "");
            assertRefused("the image has no sigstore signature attached", engine, plain);
            remove(engine, signed);
        }
        registries("use-sigstore-attachments: false");
        try (var engine = open()) {
            assertRefused("registries.d says no use-sigstore-attachments", engine, signed);
        }
    }

    @Test
    void bothKindsCanBeRequiredAtOnce() throws Exception {
        var both = signWithCosign("both");
        require(host.policy(), signedBy("") + "," + sigstoreSigned());
        try (var engine = open()) {
            assertRefused("requirement 1 (signedBy)", engine, both);
        }
        skopeo(
                "copy",
                "--src-tls-verify=false",
                "--dest-tls-verify=false",
                "--sign-by",
                gpg.user(),
                "docker://" + both,
                "docker://" + both);
        try (var engine = open()) {
            pull(engine, both, "");
            remove(engine, both);
        }
    }

    @Test
    void aSignedIndexSpeaksForWhatItNames() throws Exception {
        var signed = registry.pushBusybox("indexed:child");
        var manifest = CosignKey.get(registry.address(), "indexed", "child");
        var index = "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":["
                + "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\""
                + CosignKey.digest(manifest)
                + "\",\"size\":" + manifest.length
                + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}]}";
        CosignKey.put(registry.address(), "indexed", "1", "application/vnd.oci.image.index.v1+json", index);
        var name = registry.address() + "/indexed:1";
        require(host.policy(), signedBy(""));
        try (var engine = open()) {
            assertRefused("the image has no signature", engine, name);
        }
        var file = Files.writeString(host.work().resolve("index.json"), index);
        var folder = Files.createDirectories(lookaside()
                .resolve("indexed@"
                        + CosignKey.digest(index.getBytes(StandardCharsets.UTF_8))
                                .replace(':', '=')));
        skopeo(
                "standalone-sign",
                "--output",
                folder.resolve("signature-1").toString(),
                file.toString(),
                name,
                gpg.user());
        try (var engine = open()) {
            pull(engine, name, "");
            assertRefused("the image has no signature", engine, signed);
            remove(engine, name);
        }
    }

    @Test
    void aRefusedPullStoresNothing() throws Exception {
        require(host.policy(), signedBy(""));
        try (var engine = open()) {
            assertRefused("the image has no signature", engine, plain);
            assertEquals(List.of(), host.storageLeftovers());
        }
    }

    @Test
    void whatSpokeForAnImageIsKeptForNamespacesWithAPolicyOfTheirOwn() throws Exception {
        var signed = sign("kept:1", "--sign-by", gpg.user());
        require(host.policy(), signedBy(""));
        try (var engine = open()) {
            pull(engine, signed, "");
        }
        accept(host.policy());
        Files.createDirectories(host.policy("tests").getParent());
        require(host.policy("tests"), signedBy(""));
        try (var engine = open()) {
            var pod = engine.pods().run(Cri.pod(host, "kept"), "");
            // As the kubelet does: by its id, and what the pod's author wrote beside it.
            var container = container(engine, signed);
            engine.containers().create(pod, container);
            require(
                    host.policy("tests"),
                    signedBy(",\"signedIdentity\":{\"type\":\"exactRepository\","
                            + "\"dockerRepository\":\"example.com/other\"}"));
            var again = container.toBuilder();
            again.getMetadataBuilder().setAttempt(1);
            var e = assertThrows(
                    SignatureRefusedException.class, () -> engine.containers().create(pod, again.build()));
            assertTrue(e.getMessage().contains("it is for the name " + signed), e.getMessage());
            engine.pods().remove(pod);
            remove(engine, signed);
        }
    }

    @Test
    void anImageWhoseSignaturesNobodyWantedHasToBePulledAgain() throws Exception {
        var signed = sign("unseen:1", "--sign-by", gpg.user());
        Files.createDirectories(host.policy("tests").getParent());
        require(host.policy("tests"), signedBy(""));
        try (var engine = open()) {
            pull(engine, signed, "");
            var pod = engine.pods().run(Cri.pod(host, "unseen"), "");
            var container = container(engine, signed);
            var e = assertThrows(
                    SignatureRefusedException.class, () -> engine.containers().create(pod, container));
            assertTrue(e.getMessage().contains("imagePullPolicy: Always"), e.getMessage());
            pull(engine, signed, "tests");
            engine.containers().create(pod, container);
            engine.pods().remove(pod);
            remove(engine, signed);
        }
    }

    private static ContainerConfig container(Engine engine, String image) {
        var id = engine.images()
                .status(ImageSpec.newBuilder().setImage(image).build(), false)
                .getImage()
                .getId();
        return Cri.container("main", image, "true").toBuilder()
                .setImage(ImageSpec.newBuilder().setImage(id).setUserSpecifiedImage(image))
                .build();
    }

    private static String sign(String name, String... options) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("copy", "--src-tls-verify=false", "--dest-tls-verify=false"));
        command.addAll(List.of(options));
        command.addAll(List.of("docker://" + plain, "docker://" + registry.address() + "/" + name));
        skopeo(command.toArray(String[]::new));
        return registry.address() + "/" + name;
    }

    private static String signWithCosign(String repository) throws IOException, InterruptedException {
        var name = sign(repository + ":1");
        cosign.sign(registry.address(), repository, "1");
        return name;
    }

    private static void skopeo(String... arguments) throws IOException, InterruptedException {
        var command = Stream.concat(
                Stream.of(
                        "env",
                        "GNUPGHOME=" + gpg.home(),
                        "skopeo",
                        "--insecure-policy",
                        "--registries.d",
                        registries().toString()),
                Stream.of(arguments));
        Programs.output(command.toArray(String[]::new));
    }

    private static Path registries() {
        return host.work().resolve("registries.d");
    }

    private static Path lookaside() {
        return host.work().resolve("lookaside");
    }

    private static void registries(String section) throws IOException {
        Files.writeString(
                registries().resolve("test.yaml"), "docker:\n  \"" + registry.address() + "\":\n    " + section);
    }

    private static void accept(Path policy) throws IOException {
        Files.writeString(policy, "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    }

    private static void require(Path policy, String requirements) throws IOException {
        Files.writeString(
                policy,
                "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"docker\":{\"" + registry.address() + "\":["
                        + requirements + "]}}}");
    }

    private static String signedBy(String more) {
        return "{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyPath\":\"" + gpg.publicKey() + "\"" + more + "}";
    }

    private static String sigstoreSigned() {
        return "{\"type\":\"sigstoreSigned\",\"keyPath\":\"" + cosign.publicKey() + "\"}";
    }

    private static Engine open() throws IOException, InterruptedException {
        var config = PodLife.configuration(host);
        var trust =
                new TrustConfig(config.trust().policies(), config.trust().namespacePolicies(), List.of(registries()));
        return Engine.open(
                new EngineConfig(
                        config.storage(),
                        config.registry(),
                        trust,
                        config.network(),
                        config.runtime(),
                        config.containers(),
                        config.images(),
                        config.sandboxes(),
                        config.stats(),
                        config.nri()),
                Clock.systemUTC());
    }

    private static void pull(Engine engine, String image, String namespace) throws IOException, InterruptedException {
        var spec = ImageSpec.newBuilder().setImage(image).build();
        assertTrue(!engine.images()
                .pull(spec, AuthConfig.getDefaultInstance(), namespace)
                .isEmpty());
    }

    private static void assertRefused(String message, Engine engine, String image) {
        var e = assertThrows(IOException.class, () -> pull(engine, image, ""));
        assertTrue(e.getCause() instanceof SignatureRefusedException, e.toString());
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    private static int images(Engine engine) {
        return engine.images().list(ImageFilter.getDefaultInstance()).size();
    }

    private static void remove(Engine engine, String image) throws IOException, InterruptedException {
        engine.images().remove(ImageSpec.newBuilder().setImage(image).build());
        assertEquals(List.of(), host.storageLeftovers());
    }
}
