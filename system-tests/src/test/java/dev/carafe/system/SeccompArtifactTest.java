package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.PodSandboxConfig;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Containers whose seccomp profiles are in a registry.
@Tag("system")
class SeccompArtifactTest {
    private static final String ANNOTATION = "seccomp-profile.kubernetes.cri-o.io";
    private static final String TYPE = "application/vnd.cncf.seccomp-profile.config.v1+json";
    private static final String PROFILE = """
            {"defaultAction":"SCMP_ACT_ALLOW",
             "syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":95}]}
            """;

    @Test
    void theProfileOfARegistryIsInForceAndWhatIsNoneFailsTheCreation() throws Exception {
        try (var stage = Stage.set("runc")) {
            stage.host().configure("crio.runtime.runtimes.runc", "allowed_annotations = [\"" + ANNOTATION + "\"]");
            stage.restart();
            var registry = stage.registry();
            var cri = stage.cri();
            cri.pull(stage.busybox());

            var profile = registry.pushArtifact("profiles", "strict", TYPE, PROFILE);
            var config = cri.pod("strict").toBuilder()
                    .putAnnotations(ANNOTATION + "/POD", profile)
                    .build();
            var pod = cri.run(config);
            var container = cri.createAndStart(
                    pod, config, Cri.container("main", stage.busybox(), "sh", "-c", "mkdir /x; sleep 1000"));
            var failed = cri.exec(container, 30, "mkdir", "/y");
            assertTrue(failed.getStderr().toStringUtf8().contains("not supported"), failed.getStderr()::toStringUtf8);
            assertEquals(0, cri.exec(container, 30, "true").getExitCode());
            cri.removePod(pod);

            assertRefused(stage, "unnamed", registry.address() + "/profiles:missing", "profiles:missing");
            assertRefused(
                    stage,
                    "text",
                    registry.pushArtifact("profiles", "text", TYPE, "hello"),
                    "is not a seccomp profile");
            assertRefused(
                    stage,
                    "large",
                    registry.pushArtifact("profiles", "large", TYPE, "x".repeat((1 << 20) + 1)),
                    "more than the 1048576 allowed");
            assertRefused(stage, "image", stage.busybox(), "is an image and no artifact");

            Files.writeString(stage.host().policy(), "{\"default\":[{\"type\":\"reject\"}]}");
            assertRefused(stage, "policy", profile, "the policy allows no such image");
            stage.assertNothingIsLeft();
        }
    }

    private static void assertRefused(Stage stage, String name, String profile, String words) {
        var cri = stage.cri();
        PodSandboxConfig config = cri.pod(name).toBuilder()
                .putAnnotations(ANNOTATION + "/main", profile)
                .build();
        var pod = cri.run(config);
        var failure = assertThrows(
                StatusRuntimeException.class,
                () -> cri.create(pod, config, Cri.container("main", stage.busybox(), "sleep", "1000")));
        assertTrue(failure.getMessage().contains(words), failure::getMessage);
        cri.removePod(pod);
    }
}
