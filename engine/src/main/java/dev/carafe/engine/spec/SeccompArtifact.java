package dev.carafe.engine.spec;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.SecurityProfile.ProfileType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The seccomp profile that a registry has for a container: its pod names it for that container or for all, or its
/// image does. It counts for containers of which the request says nothing else.
public final class SeccompArtifact {
    /// Of a profile.
    public static final int MAXIMUM_BYTES = Seccomp.MAXIMUM_BYTES;

    static final String NAME = "seccomp-profile.crio.io";
    private static final PodAnnotation PLAIN = new PodAnnotation(NAME, "seccomp-profile.kubernetes.cri-o.io");
    private static final PodAnnotation OF_POD = PLAIN.below("POD");

    private SeccompArtifact() {}

    /// The container's.
    public interface Image {
        /// Of its manifest.
        Map<String, String> annotations() throws IOException;
    }

    /// The artifact's name as it is written there.
    ///
    /// @param image asked only where its annotations count
    public static Optional<String> of(ContainerConfig container, PodSandboxConfig pod, HandlerRules rules, Image image)
            throws IOException {
        var security = container.getLinux().getSecurityContext();
        if (security.getPrivileged() || Seccomp.asked(security).getProfileType() != ProfileType.Unconfined) {
            return Optional.empty();
        }
        var ofContainer = PLAIN.below(container.getMetadata().getName());
        for (var annotation : List.of(ofContainer, OF_POD)) {
            var named = annotation.in(pod.getAnnotationsMap(), rules);
            if (named.isPresent()) {
                return named;
            }
        }
        if (!PLAIN.isAllowed(rules)) {
            return Optional.empty();
        }
        var ofImage = image.annotations();
        for (var annotation : List.of(PLAIN, ofContainer, OF_POD)) {
            var named = annotation.in(ofImage, rules);
            if (named.isPresent()) {
                return named;
            }
        }
        return Optional.empty();
    }
}
