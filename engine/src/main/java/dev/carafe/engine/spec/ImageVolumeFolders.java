package dev.carafe.engine.spec;

import java.io.IOException;
import java.nio.file.Path;

/// The folders that the image declares as volumes, made in the container's root where no mount takes their place.
final class ImageVolumeFolders {
    private ImageVolumeFolders() {}

    static void make(SpecRequest request, ContainerDefaults defaults) throws IOException {
        switch (defaults.imageVolumes()) {
            case IGNORE -> {}
            case MKDIR -> {
                for (var volume : request.image().config().volumes()) {
                    var path = Path.of("/", volume).normalize();
                    if (request.container().getMountsList().stream()
                            .noneMatch(mount -> path.startsWith(HostMounts.destination(mount)))) {
                        RootFolders.make(request.rootfs(), path);
                    }
                }
            }
        }
    }
}
