package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.ImageStatusRequest;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The daemon pulls as registries.conf says.
@Tag("system")
class RegistriesTest {
    /// Of joe, whose password is `secret`.
    private static final String HTPASSWD = "joe:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n";

    @Test
    void theGlobalAuthFileServesPullsThatBringNoCredentials() throws Exception {
        try (var stage = Stage.set("runc")) {
            var work = stage.host().work();
            var passwords = Files.writeString(work.resolve("htpasswd"), HTPASSWD);
            var auth = "auth: {htpasswd: {realm: here, path: %s}}".formatted(passwords);
            try (var guarded = TestRegistry.start(work, "guarded", auth)) {
                var configuration = Files.readString(stage.host().configuration());
                Files.writeString(
                        stage.host().configuration(),
                        configuration.replace(
                                "[crio.image]\n",
                                "[crio.image]\nglobal_auth_file = \"%s/auth.json\"\n".formatted(work)));
                stage.restart();
                var image = guarded.address() + "/busybox:latest";
                var refused = assertThrows(
                        StatusRuntimeException.class, () -> stage.cri().pull(image));
                assertTrue(refused.getMessage().contains("wants a user and a password"), refused.getMessage());
                var pair = Base64.getEncoder().encodeToString("joe:secret".getBytes(StandardCharsets.US_ASCII));
                Files.writeString(
                        work.resolve("auth.json"),
                        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(guarded.address(), pair));
                assertEquals(stage.cri().pull(stage.busybox()), stage.cri().pull(image));
                assertFalse(Files.readString(stage.host().daemonLog()).contains(pair));
            }
        }
    }

    @Test
    void byTlsTheManifestComesByHttp2AndTheLayersByHttp1() throws Exception {
        try (var stage = Stage.set("runc");
                var secure = TestRegistry.startSecure(stage.host().work())) {
            var insecure = "[[registry]]\nlocation = \"%s\"\ninsecure = true\n".formatted(secure.address());
            Files.writeString(stage.host().registries(), insecure);
            stage.restart();
            var id = stage.cri().pull(secure.address() + "/busybox:latest");
            assertEquals(id, stage.cri().pull(stage.busybox()));
            Await.until("its requests", () -> secure.log().contains("/blobs/sha256:"));
            var requests = secure.log()
                    .lines()
                    .filter(line -> line.contains("\"GET /v2/"))
                    .toList();
            assertTrue(
                    requests.stream().anyMatch(line -> line.contains("/manifests/latest HTTP/2.0\"")),
                    requests::toString);
            assertTrue(
                    requests.stream().anyMatch(line -> line.contains("/blobs/") && line.contains(" HTTP/1.1\"")),
                    requests::toString);
        }
    }

    @Test
    void anImageComesFromItsMirrorAndKeepsItsName() throws Exception {
        try (var stage = Stage.set("runc")) {
            var mirror = stage.busybox().substring(0, stage.busybox().indexOf('/'));
            Files.writeString(stage.host().registries(), """
                    short-name-mode = "enforcing"
                    unqualified-search-registries = ["one.invalid", "two.invalid"]
                    [[registry]]
                    prefix = "registry.invalid/team"
                    location = "registry.invalid/team"
                    [[registry.mirror]]
                    location = "127.0.0.1:1/nobody"
                    [[registry.mirror]]
                    location = "%1$s"
                    [[registry]]
                    location = "blocked.invalid"
                    blocked = true
                    [aliases]
                    "box" = "%1$s/busybox"
                    """.formatted(mirror));
            stage.restart();
            var cri = stage.cri();
            var id = cri.pull("registry.invalid/team/busybox:latest");
            var image = stage.daemon()
                    .images()
                    .imageStatus(ImageStatusRequest.newBuilder()
                            .setImage(ImageSpec.newBuilder().setImage(id))
                            .build())
                    .getImage();
            assertEquals(List.of("registry.invalid/team/busybox:latest"), image.getRepoTagsList());
            assertEquals(id, cri.pull("box"));

            var blocked = assertThrows(StatusRuntimeException.class, () -> cri.pull("blocked.invalid/app:1"));
            assertTrue(
                    blocked.getMessage().contains("registries.conf blocks blocked.invalid/app"), blocked.getMessage());
            var ambiguous = assertThrows(StatusRuntimeException.class, () -> cri.pull("app"));
            assertTrue(ambiguous.getMessage().contains("one.invalid, two.invalid"), ambiguous.getMessage());
            var nowhere = assertThrows(StatusRuntimeException.class, () -> cri.pull("registry.invalid/team/other:1"));
            for (var place : List.of(
                    "RegistryUnavailable",
                    "127.0.0.1:1/nobody/other:1",
                    mirror + "/other:1",
                    "registry.invalid/team")) {
                assertTrue(nowhere.getMessage().contains(place), nowhere.getMessage());
            }

            var podConfig = cri.pod("mirrored");
            var pod = cri.run(podConfig);
            cri.createAndStart(pod, podConfig, Cri.container("main", "box", "sleep", "1000"));
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }
}
