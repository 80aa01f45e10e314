package dev.carafe.engine.spec;

import dev.carafe.engine.Invalid;
import dev.carafe.linux.UserNamespace;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The folders that the image declares as volumes, where no mount takes their place.
///
/// @param paths in the container
record ImageVolumeFolders(ImageVolumes mode, List<Path> paths) {
    static final String FIELD = "the image's volumes";
    private static final int MAXIMUM_VOLUMES = 1024;
    private static final List<String> OPTIONS = List.of("bind", "rprivate", "rw");

    static ImageVolumeFolders of(SpecRequest request, ContainerDefaults defaults) {
        var mode = defaults.imageVolumes();
        return new ImageVolumeFolders(mode, mode == ImageVolumes.IGNORE ? List.of() : declared(request));
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

    /// Of folders that [#make(SpecRequest, RootFolders)] makes.
    List<RuntimeSpec.Mount> mounts(SpecRequest request) {
        var mounts = new ArrayList<RuntimeSpec.Mount>();
        if (mode == ImageVolumes.BIND) {
            for (var path : paths) {
                var source = request.ownFolder().resolve(name(mounts.size()));
                mounts.add(SpecMount.bind(source, path.toString(), OPTIONS, UserIds.mappings(request.pod())));
            }
        }
        return mounts;
    }

    private static String name(int number) {
        return "declared-" + number;
    }

    /// @param root the container's
    void make(SpecRequest request, RootFolders root) throws IOException {
        if (mode == ImageVolumes.MKDIR) {
            for (var path : paths) {
                root.make(path, FIELD);
            }
        } else {
            var own = new RootFolders(request.ownFolder(), UserNamespace.HOST.ids());
            for (var number = 0; number < paths.size(); number++) {
                own.make(Path.of("/", name(number)), FIELD);
            }
        }
    }
}
