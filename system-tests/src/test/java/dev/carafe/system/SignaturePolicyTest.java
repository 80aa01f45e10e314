package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.PullImageRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// What the kubelet sees of policies: the node's and a namespace's own.
@Tag("system")
class SignaturePolicyTest {
    private static final String REJECT = "{\"default\":[{\"type\":\"reject\"}]}";

    /// Nothing listens there: who asks it gets another error.
    private static final String NOWHERE = "127.0.0.1:1/a:1";

    @Test
    void theNodesPolicyDecidesBeforeAnythingIsFetched() throws Exception {
        try (var stage = Stage.set("runc")) {
            var policy = stage.host().policy();
            Files.writeString(policy, REJECT);
            assertStartsWith(
                    "SignatureValidationFailed: pull " + NOWHERE + ": refused by policy " + policy
                            + ", default, requirement 1 (reject): the policy allows no such image",
                    () -> stage.cri().pull(NOWHERE));
            Files.writeString(policy, "{\"default\":[{\"type\":\"rejects\"}]}");
            assertStartsWith(
                    "pull " + NOWHERE + ": the signature policy " + policy + " is wrong: line 1, default[0].type: ",
                    () -> stage.cri().pull(NOWHERE));
            Files.delete(policy);
            assertStartsWith(
                    "there is no signature policy " + policy, () -> stage.cri().pull(NOWHERE));
        }
    }

    @Test
    void aNamespacesOwnPolicyDecidesForItsPullsAndItsContainers() throws Exception {
        try (var stage = Stage.set("runc")) {
            var own = stage.host().policy("tests");
            Files.createDirectories(own.getParent());
            Files.writeString(own, REJECT);
            var pod = stage.cri().pod("judged");
            var refusal = "refused by policy " + own + ", default, requirement 1 (reject)";
            assertStartsWith(
                    "SignatureValidationFailed: pull " + stage.busybox() + ": " + refusal, () -> pullFor(stage, pod));
            stage.cri().pull(stage.busybox()); // for nobody's namespace
            var podId = stage.cri().run(pod);
            assertStartsWith(
                    "SignatureValidationFailed: " + refusal,
                    () -> stage.cri().create(podId, pod, Cri.container("main", stage.busybox(), "true")));
            accept(own);
            pullFor(stage, pod);
            stage.cri().create(podId, pod, Cri.container("main", stage.busybox(), "true"));
            stage.cri().removePod(podId);
            stage.assertNothingIsLeft();
        }
    }

    private static void accept(Path policy) throws IOException {
        Files.writeString(policy, "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    }

    private static void pullFor(Stage stage, PodSandboxConfig pod) {
        var _ = stage.daemon()
                .images()
                .pullImage(PullImageRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage(stage.busybox()))
                        .setSandboxConfig(pod)
                        .build());
    }

    private static void assertStartsWith(String message, Executable call) {
        var e = assertThrows(StatusRuntimeException.class, call);
        assertEquals(Status.Code.UNKNOWN, e.getStatus().getCode());
        var text = String.valueOf(e.getStatus().getDescription());
        assertTrue(text.startsWith(message), text);
    }
}
