package dev.carafe.engine.spec;

import dev.carafe.cri.v1.PodSandboxConfig;
import java.util.Optional;

/// The volume of a pod, an emptyDir, in which its annotation wants the logs of its containers to be seen.
public final class LinkedVolume {
    private LinkedVolume() {}

    /// The name that the annotation gives, unchecked; empty where there is none or the handler does not allow it.
    public static Optional<String> of(PodSandboxConfig pod, HandlerRules rules) {
        return PodAnnotation.LINK_LOGS.in(pod.getAnnotationsMap(), rules);
    }
}
