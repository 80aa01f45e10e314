package dev.carafe.engine.container;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.engine.Phase;
import dev.carafe.engine.image.ImageViews;
import dev.carafe.engine.image.Images;
import dev.carafe.engine.spec.SeccompArtifact;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.storage.StoredImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// The seccomp profiles that registries have for containers. To be fetched before anything of the container is made
/// and while nothing is held that a pod's end waits for: a registry may take its time.
final class SeccompProfiles {
    private final Images images;
    private final ContainerSpecs specs;

    SeccompProfiles(Images images, ContainerSpecs specs) {
        this.images = images;
        this.specs = specs;
    }

    /// What was fetched for a container of an image.
    ///
    /// @param text empty when nobody asks for one
    record Fetched(String imageId, String text) {
        static final Fetched NONE = new Fetched("", "");

        /// @throws IOException when the container would be of another image, which may ask for something else
        String of(StoredImage image) throws IOException {
            if (!imageId.equals(ImageViews.id(image))) {
                throw new IOException("the container's image or its pod has changed meanwhile; try again");
            }
            return text;
        }
    }

    Fetched fetch(PodRecord pod, ContainerConfig config) throws IOException, InterruptedException {
        var image = images.find(config.getImage().getImage());
        return image.isPresent()
                ? new Fetched(
                        ImageViews.id(image.get()), Phase.of("seccomp profile", () -> text(pod, config, image.get())))
                : Fetched.NONE;
    }

    private String text(PodRecord pod, ContainerConfig config, StoredImage image)
            throws IOException, InterruptedException {
        var named = SeccompArtifact.of(config, pod.config(), specs.rules(pod), () -> ImageViews.annotations(image));
        if (named.isEmpty()) {
            return "";
        }
        try {
            var profile = images.readArtifact(
                    named.get(), pod.config().getMetadata().getNamespace(), SeccompArtifact.MAXIMUM_BYTES);
            if (profile.length == 0) {
                throw new IOException("it is empty");
            }
            return new String(profile, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IOException("seccomp profile " + named.get() + ": " + e.getMessage(), e);
        }
    }
}
