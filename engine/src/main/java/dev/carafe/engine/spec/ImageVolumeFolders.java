package dev.carafe.engine.spec;

import dev.carafe.engine.Invalid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The folders that the image declares as volumes, to be made in the container's root where no mount takes their
/// place.
final class ImageVolumeFolders {
    static final String FIELD = "the image's volumes";
    private static final int MAXIMUM_VOLUMES = 1024;

    private ImageVolumeFolders() {}

    static List<Path> of(SpecRequest request, ContainerDefaults defaults) {
        return switch (defaults.imageVolumes()) {
            case IGNORE -> List.of();
            case MKDIR -> declared(request);
        };
    }

    static void make(List<Path> volumes, RootFolders folders) throws IOException {
        for (var volume : volumes) {
            folders.make(volume, FIELD);
        }
    }

    private static List<Path> declared(SpecRequest request) {
        var volumes = request.image().config().volumes();
        if (volumes.size() > MAXIMUM_VOLUMES) {
            throw new Invalid(FIELD + ": more than " + MAXIMUM_VOLUMES);
        }
        return volumes.stream()
                .map(volume -> AbsolutePath.inRoot(volume, FIELD))
                .filter(volume -> request.container().getMountsList().stream()
                        .noneMatch(mount -> volume.startsWith(HostMounts.destination(mount))))
                .sorted()
                .toList();
    }
}
