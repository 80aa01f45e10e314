package dev.carafe.engine.state;

import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.engine.Invalid;

/// What makes two RunPodSandbox requests the same.
public record PodKey(String namespace, String name, String uid, int attempt) {
    public static PodKey of(PodSandboxConfig config) {
        var metadata = config.getMetadata();
        return new PodKey(metadata.getNamespace(), metadata.getName(), metadata.getUid(), metadata.getAttempt());
    }

    public PodKey {
        if (name.isEmpty() || namespace.isEmpty() || uid.isEmpty()) {
            throw new Invalid("PodSandboxConfig.metadata needs a name, a namespace and a uid");
        }
    }

    @Override
    public String toString() {
        return namespace + "/" + name + " (uid " + uid + ", attempt " + attempt + ")";
    }
}
