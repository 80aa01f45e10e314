package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.carafe.cri.v1.AuthConfig;
import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.KeyValue;
import dev.carafe.cri.v1.PullImageRequest;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// What clients entrust to the daemon stays out of its log, its answers and its spans, whatever the level.
@Tag("system")
class SecretsTest {
    private static final String PASSWORD = "krokodil-wolke-77";

    /// Of joe, with that password.
    private static final String HTPASSWD = "joe:$2b$04$nwka8DS4inGS6bq832NhV.TQgKG0jNevAHP8i.YR3GqfyzVprILaC\n";

    private static final String WRONG = "giraffe-nebel-12";
    private static final String TOKEN = "tapir-sturm-90";
    private static final String IN_ENVIRONMENT = "otter-regen-31";
    private static final String IN_COMMAND = "dachs-hagel-54";
    private static final String IN_BAGGAGE = "luchs-frost-68";
    private static final List<String> ALL = List.of(PASSWORD, WRONG, TOKEN, IN_ENVIRONMENT, IN_COMMAND, IN_BAGGAGE);

    /// What callers read.
    private final List<String> answers = new ArrayList<>();

    @Test
    void secretsAreInNoLineNoAnswerAndNoSpan() throws Exception {
        try (var stage = Stage.set("runc");
                var collector = Collector.start(0)) {
            var work = stage.host().work();
            var passwords = Files.writeString(work.resolve("htpasswd"), HTPASSWD);
            var file = Base64.getEncoder().encodeToString(("joe:" + PASSWORD).getBytes(StandardCharsets.US_ASCII));
            var auth = "auth: {htpasswd: {realm: here, path: %s}}".formatted(passwords);
            try (var guarded = TestRegistry.start(work, "guarded", auth)) {
                Files.writeString(
                        work.resolve("auth.json"),
                        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(guarded.address(), file));
                stage.host().configure("crio.image", "global_auth_file = \"" + work.resolve("auth.json") + "\"");
                stage.host().configure("crio.stats", collector.table(1_000_000));
                var configuration = stage.host().configuration();
                Files.writeString(configuration, Files.readString(configuration).replace("\"debug\"", "\"trace\""));
                stage.restart();
                stage.daemon().bring(Map.of("baggage", "user=" + IN_BAGGAGE, "authorization", "Bearer " + TOKEN));
                pull(stage, guarded.address() + "/busybox:latest");
                live(stage);
                stage.daemon().close();
            }
            var log = TestDaemon.logOf(stage.host());
            assertTrue(log.contains("level=trace"), "nothing was logged on the level trace");
            assertSecretsAreNotIn("the log", log);
            assertSecretsAreNotIn("the answers", String.join("\n", answers));
            assertTrue(collector.spans().size() > 20, () -> collector.spans().size() + " spans");
            assertSecretsAreNotIn("the spans", collector.text());
            assertEachFailureHasOneLineWithItsCause(log);
        }
    }

    private void pull(Stage stage, String image) {
        var images = stage.daemon().images();
        var spec = ImageSpec.newBuilder().setImage(image);
        for (var right : List.of(
                AuthConfig.getDefaultInstance(),
                AuthConfig.newBuilder().setUsername("joe").setPassword(PASSWORD).build())) {
            answers.add(images.pullImage(PullImageRequest.newBuilder()
                            .setImage(spec)
                            .setAuth(right)
                            .build())
                    .toString());
        }
        for (var wrong : List.of(
                AuthConfig.newBuilder().setUsername("joe").setPassword(WRONG).build(),
                AuthConfig.newBuilder().setRegistryToken(TOKEN).build(),
                AuthConfig.newBuilder().setIdentityToken(TOKEN).build(),
                AuthConfig.newBuilder().setAuth("!" + WRONG + "!").build(),
                AuthConfig.newBuilder().setAuth(WRONG).build())) {
            failing(() -> images.pullImage(PullImageRequest.newBuilder()
                    .setImage(spec.setImage(image.replace("latest", "other")))
                    .setAuth(wrong)
                    .build()));
        }
    }

    private void live(Stage stage) throws InterruptedException {
        var cri = stage.cri();
        cri.pull(stage.busybox());
        var config = cri.pod("discreet");
        var pod = cri.run(config);
        var silent = with(Cri.container("silent", stage.busybox(), "sh", "-c", ": " + IN_COMMAND + "; sleep 1000"));
        var container = cri.createAndStart(pod, config, silent);
        answers.add(cri.exec(container, "sh", "-c", ": " + IN_COMMAND).toString());
        failing(() -> cri.exec(container, 1, "sh", "-c", "sleep 60; : " + IN_COMMAND));
        answers.add(cri.exec(container, "no-such-program", IN_COMMAND).toString());
        failing(() ->
                cri.create(pod, config, with(Cri.container("broken", stage.busybox(), "no-such-program", IN_COMMAND))));
        failing(() -> cri.create(pod, config, with(Cri.container("odd", "no-such-image", "x", IN_COMMAND))));
        failing(() -> cri.create(
                pod,
                config,
                silent.toBuilder()
                        .addEnvs(KeyValue.newBuilder()
                                .setKey("A=" + IN_ENVIRONMENT)
                                .setValue(ByteString.copyFromUtf8(IN_ENVIRONMENT)))
                        .build()));
        cri.removePod(pod);
    }

    private static ContainerConfig with(ContainerConfig container) {
        return container.toBuilder()
                .addEnvs(KeyValue.newBuilder().setKey("PASSWORD").setValue(ByteString.copyFromUtf8(IN_ENVIRONMENT)))
                .build();
    }

    private void failing(Executable call) {
        answers.add(assertThrows(StatusRuntimeException.class, call).toString());
    }

    private static void assertSecretsAreNotIn(String where, String text) {
        for (var secret : ALL) {
            var bytes = secret.getBytes(StandardCharsets.US_ASCII);
            for (var form : List.of(
                    secret,
                    HexFormat.of().formatHex(bytes),
                    Base64.getEncoder().withoutPadding().encodeToString(bytes),
                    Base64.getEncoder().encodeToString(("joe:" + secret).getBytes(StandardCharsets.US_ASCII)))) {
                var place = text.indexOf(form);
                assertFalse(
                        place >= 0,
                        () -> where + " shows " + secret + ": "
                                + text.substring(Math.max(0, place - 300), Math.min(text.length(), place + 100)));
            }
        }
    }

    private void assertEachFailureHasOneLineWithItsCause(String log) {
        var lines =
                log.lines().filter(line -> line.contains("msg=\"failed with ")).toList();
        var failed = answers.stream()
                .filter(answer -> answer.startsWith(StatusRuntimeException.class.getName()))
                .count();
        assertEquals(failed, lines.size(), () -> String.join("\n", lines));
        assertEquals(failed, lines.stream().map(SecretsTest::id).distinct().count());
        lines.forEach(line -> assertTrue(line.contains(" error=") && line.contains(" method="), line));
    }

    private static String id(String line) {
        return line.replaceFirst(".* id=\"?([0-9a-f]{8}).*", "$1");
    }
}
