package dev.carafe.engine.container;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.Mount;
import dev.carafe.engine.image.ImageViews;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.linux.Directory;
import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import dev.carafe.storage.ContainerRoots;
import dev.carafe.storage.StoredImage;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A container's mounts of images. They are mounted on the host for reading only, as long as the container is there,
/// and from there into it.
final class ImageMounts {
    /// What the kubelet looks for at the beginning of a message.
    static final String FAILED = "ImageVolumeMountFailed: ";

    private final ContainerRoots roots;
    private final ContainerSpecs specs;

    ImageMounts(ContainerRoots roots, ContainerSpecs specs) {
        this.roots = roots;
        this.specs = specs;
    }

    /// The names of the images among the mounts, in order.
    static List<ImageSpec> asked(ContainerConfig config) {
        return config.getMountsList().stream()
                .filter(Mount::hasImage)
                .map(Mount::getImage)
                .toList();
    }

    /// All mounts of the container, those of images with their place on the host and the image's id, by which the
    /// kubelet's garbage collection knows that it is in use.
    ///
    /// @param images in the order of [#asked]; the container's root was prepared with them
    List<Mount> make(PodRecord pod, ContainerRecord container, List<StoredImage> images) throws IOException {
        var id = container.id().value();
        var config = container.config();
        var label = specs.labels(pod, config).mount();
        var mounts = new ArrayList<Mount>();
        var number = 0;
        for (var mount : config.getMountsList()) {
            if (mount.hasImage()) {
                var image = images.get(number);
                var place = place(roots.volume(id, number, pod.users(), label), mount);
                number++;
                mounts.add(mount.toBuilder()
                        .setHostPath(place.toString())
                        .setImage(mount.getImage().toBuilder().setImage(ImageViews.id(image)))
                        .build());
            } else {
                mounts.add(mount);
            }
        }
        return mounts;
    }

    /// Nothing changes below a mounted image, so what was found stays so. Links in it lead nowhere else.
    private static Path place(Path root, Mount mount) throws IOException {
        if (mount.getImageSubPath().isEmpty()) {
            return root;
        }
        var what = FAILED + "sub path " + mount.getImageSubPath() + " of image "
                + mount.getImage().getImage();
        try (var image = Directory.open(root);
                var place = image.directory(mount.getImageSubPath())) {
            return place.path();
        } catch (ErrnoException e) {
            throw new IOException(
                    switch (e.errno()) {
                        case Errno.ENOENT -> what + " does not exist";
                        case Errno.ENOTDIR -> what + " is not a folder";
                        default -> what + ": " + e.getMessage();
                    },
                    e);
        } catch (InvalidPathException e) {
            throw new IOException(what + " leads through a name that is no text", e);
        }
    }
}
