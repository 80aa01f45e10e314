package dev.carafe.storage;

import dev.carafe.oci.Digest;
import java.nio.file.Path;

/// Where everything of the store is on disk; no other class knows.
///
/// ```
/// root/layers/sha256/<hex>/fs        an unpacked layer
/// root/layers/settled/<chain>/fs     a layer as it is above one chain of lower layers
/// root/layers/staging/<n>/fs         a layer on its way, or on its way out
/// root/layers/empty                  the lower directory of an image without layers
/// root/layer-records/                one record a layer, written last and deleted first
/// root/images/                       one record an image
/// root/container-roots/<id>/         upper and work directory of a container's root
/// root/container-root-records/       one record a container root, written first and deleted last
/// runroot/container-roots/<id>       where it is mounted
/// ```
record StorePaths(Path root, Path runRoot) {
    /// Below a layer's folder; beside it there is room for what describes the layer.
    static final String FILES = "fs";

    static StorePaths of(StorageConfig config) {
        return new StorePaths(config.root(), config.runRoot());
    }

    Path layers() {
        return root.resolve("layers");
    }

    Path layersOf(String algorithm) {
        return layers().resolve(algorithm);
    }

    Path layer(Digest diffId) {
        return layersOf(diffId.algorithm()).resolve(diffId.hex());
    }

    Path settledLayers() {
        return layers().resolve("settled");
    }

    Path settledLayer(Digest chain) {
        return settledLayers().resolve(chain.hex());
    }

    Path staging() {
        return layers().resolve("staging");
    }

    Path empty() {
        return layers().resolve("empty");
    }

    Path layerRecords() {
        return root.resolve("layer-records");
    }

    Path images() {
        return root.resolve("images");
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
}
