package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.carafe.cri.v1.SecurityProfile;
import dev.carafe.cri.v1.SecurityProfile.ProfileType;
import dev.carafe.engine.Invalid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SeccompArtifactTest {
    private static final String OLD = "seccomp-profile.kubernetes.cri-o.io";
    private static final String NEW = "seccomp-profile.crio.io";

    @TempDir
    private Path folder;

    private Given given;
    private final Map<String, String> image = new HashMap<>();

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder.toRealPath());
        given.defaults.rules = new HandlerRules(0, List.of(OLD), Map.of(), false, "", false, false);
    }

    private Optional<String> named() throws IOException {
        return SeccompArtifact.of(
                given.container.build(), given.pod.build(), given.request().rules(), () -> image);
    }

    private void profile(ProfileType type) {
        given.security().setSeccomp(SecurityProfile.newBuilder().setProfileType(type));
    }

    @Test
    void theContainersComesBeforeThePodsAndBothBeforeTheImages() throws IOException {
        assertEquals(Optional.empty(), named());
        image.put(OLD + "/POD", "r/image-pod");
        assertEquals(Optional.of("r/image-pod"), named());
        image.put(OLD + "/web", "r/image-web");
        assertEquals(Optional.of("r/image-web"), named());
        image.put(NEW, "r/image");
        assertEquals(Optional.of("r/image"), named());
        given.pod.putAnnotations(OLD + "/POD", "r/pod");
        assertEquals(Optional.of("r/pod"), named());
        given.pod.putAnnotations(NEW + "/web", "r/web").putAnnotations(OLD + "/other", "r/other");
        assertEquals(Optional.of("r/web"), named());
    }

    @Test
    void aPodsAnnotationWithoutAContainerCountsForNone() throws IOException {
        given.pod.putAnnotations(OLD, "r/plain");
        assertEquals(Optional.empty(), named());
    }

    @Test
    void whatTheRequestSaysComesBefore() throws IOException {
        given.pod.putAnnotations(OLD + "/POD", "r/pod");
        profile(ProfileType.RuntimeDefault);
        assertEquals(Optional.empty(), named());
        profile(ProfileType.Localhost);
        assertEquals(Optional.empty(), named());
        profile(ProfileType.Unconfined);
        assertEquals(Optional.of("r/pod"), named());
        given.bePrivileged();
        assertEquals(Optional.empty(), named());
    }

    @Test
    void aHandlerThatDoesNotAllowItHasNoneLookedFor() throws IOException {
        given.pod.putAnnotations(OLD + "/POD", "r/pod");
        given.defaults.rules = HandlerRules.NONE;
        var named = SeccompArtifact.of(given.container.build(), given.pod.build(), HandlerRules.NONE, () -> {
            throw new IOException("looked");
        });
        assertEquals(Optional.empty(), named);
    }

    @Test
    void whatWasFetchedIsTheContainersFilter() throws IOException {
        assertNull(given.build().spec().linux().seccomp());
        given.seccompProfile = "{\"defaultAction\":\"SCMP_ACT_LOG\"}";
        assertEquals(
                "SCMP_ACT_LOG",
                Objects.requireNonNull(given.build().spec().linux().seccomp()).defaultAction());
        given.seccompProfile = "no profile";
        Refusals.refused(Invalid.class, "annotations: what seccomp-profile.crio.io names is not", given::build);
        given.seccompProfile = "{}";
        Refusals.refused(Invalid.class, "annotations: what seccomp-profile.crio.io names is not", given::build);
    }
}
