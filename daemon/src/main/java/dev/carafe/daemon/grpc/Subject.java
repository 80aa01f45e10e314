package dev.carafe.daemon.grpc;

import dev.carafe.cri.v1.ContainerMetadata;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.PodSandboxMetadata;
import dev.carafe.daemon.logging.Field;

/// What a call is about, as fields of its lines in the log.
final class Subject {
    private Subject() {}

    static Field pod(String id) {
        return new Field("pod", id);
    }

    /// Before it has an id.
    static Field pod(PodSandboxMetadata metadata) {
        return new Field("pod_name", metadata.getNamespace() + "/" + metadata.getName());
    }

    static Field container(String id) {
        return new Field("container", id);
    }

    static Field container(ContainerMetadata metadata) {
        return new Field("container_name", metadata.getName());
    }

    static Field image(ImageSpec image) {
        return new Field("image", image.getImage());
    }
}
