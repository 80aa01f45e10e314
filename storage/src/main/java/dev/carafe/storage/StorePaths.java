package dev.carafe.storage;

import dev.carafe.oci.Digest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Where everything of the store is on disk; no other class knows.
///
/// ```
/// images/layers/sha256/<hex>/fs        an unpacked layer
/// images/layers/sha256/<hex>/unsettled what in it depends on lower layers, if anything
/// images/layers/sha256/<hex>/list      what files it has, for a check
/// images/layers/sha256/<hex>/recipe    how to make its tar again
/// images/layers/sha256/<hex>/aside     what that needs of files that the tar itself replaced, if anything
/// images/layers/patches/<chain>/fs     a thin layer above one that lacks something in one chain
/// images/layers/staging/<n>/fs         a layer on its way, or on its way out
/// images/layers/empty                  the lower directory of an image without layers
/// images/layer-records/                one record a layer, written last and deleted first
/// images/images/                       one record an image
/// root/container-roots/<id>/           upper and work directory of a container's root, tops of its image volumes
/// root/container-root-records/         one record a container root, written first and deleted last
/// runroot/container-roots/<id>         where it is mounted
/// runroot/shifted-roots/<id>/root      where it is mounted for a container in a user namespace
/// runroot/image-volumes/<id>/<n>       where images are mounted that are volumes of a container
/// ```
///
/// @param imageStore the folder that is called `images` above: the root, unless images have one of their own
record StorePaths(Path root, Path runRoot, Path imageStore) {
    /// Below a layer's folder; beside it there is room for what describes the layer.
    static final String FILES = "fs";

    static final String ASIDE = "aside";

    private static final String PATCHES = "patches";
    private static final List<String> ALGORITHMS = List.of("sha256", "sha512");

    static StorePaths of(StorageConfig config) {
        return new StorePaths(config.root(), config.runRoot(), config.imageStore());
    }

    Path layers() {
        return imageStore.resolve("layers");
    }

    Path layer(Digest diffId) {
        return layers().resolve(diffId.algorithm()).resolve(diffId.hex());
    }

    Path patch(Digest chainId) {
        return layers().resolve(PATCHES).resolve(chainId.hex());
    }

    Path staging() {
        return layers().resolve("staging");
    }

    Path empty() {
        return layers().resolve("empty");
    }

    /// Those that hold nothing but folders of layers.
    List<Path> foldersOfLayers() {
        var folders = new ArrayList<Path>();
        ALGORITHMS.forEach(algorithm -> folders.add(layers().resolve(algorithm)));
        folders.add(layers().resolve(PATCHES));
        return folders;
    }

    /// All that are always there.
    List<Path> layerFolders() {
        var folders = new ArrayList<>(foldersOfLayers());
        folders.add(staging());
        folders.add(empty());
        return folders;
    }

    /// In the folder of a layer: the layer.
    static Path files(Path folder) {
        return folder.resolve(FILES);
    }

    /// In the folder of a layer: see [Unsettled].
    static Path unsettled(Path folder) {
        return folder.resolve("unsettled");
    }

    /// In the folder of a layer: see [FileList].
    static Path list(Path folder) {
        return folder.resolve("list");
    }

    /// In the folder of a layer: see [TarRecipe].
    static Path recipe(Path folder) {
        return folder.resolve("recipe");
    }

    /// In the folder of a layer: see [AsideNames].
    static Path aside(Path folder) {
        return folder.resolve(ASIDE);
    }

    Path layerRecords() {
        return imageStore.resolve("layer-records");
    }

    Path images() {
        return imageStore.resolve("images");
    }

    Path containerRoots() {
        return root.resolve("container-roots");
    }

    Path containerRootRecords() {
        return root.resolve("container-root-records");
    }

    Path mountPoints() {
        return runRoot.resolve("container-roots");
    }

    Path shiftedRoots() {
        return runRoot.resolve("shifted-roots");
    }

    /// In the folder of a container: its root.
    static Path shiftedRoot(Path folder) {
        return folder.resolve("root");
    }

    Path volumes() {
        return runRoot.resolve("image-volumes");
    }
}
