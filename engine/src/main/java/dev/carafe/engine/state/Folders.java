package dev.carafe.engine.state;

import dev.carafe.storage.StorageConfig;
import java.nio.file.Path;

/// Where the engine keeps what, beside the storage module's own folders.
///
/// @param records survives reboots
/// @param volatileRoot until the next reboot
public record Folders(Path records, Path volatileRoot) {
    public static Folders of(StorageConfig storage) {
        return new Folders(
                storage.root().resolve("carafe").resolve("state"),
                storage.runRoot().resolve("carafe"));
    }

    /// The pod's files: resolv.conf, hostname, hosts, and its /dev/shm.
    public Path pod(PodId id) {
        return pods().resolve(id.value());
    }

    public Path pods() {
        return volatileRoot.resolve("pods");
    }

    /// The container's bundle, where its monitor keeps what it needs too.
    public Path bundle(ContainerId id) {
        return bundles().resolve(id.value());
    }

    public Path bundles() {
        return volatileRoot.resolve("bundles");
    }
}
