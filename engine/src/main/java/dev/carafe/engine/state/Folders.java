package dev.carafe.engine.state;

import dev.carafe.storage.RecordFolder;
import dev.carafe.storage.StorageConfig;
import java.nio.file.Path;

/// Where the engine keeps what, beside the storage module's own folders.
///
/// @param records survives reboots
/// @param volatileRoot until the next reboot
/// @param logs for logs of pods that name no folder of their own
public record Folders(Path records, Path volatileRoot, Path logs) {
    public static Folders of(StorageConfig storage, Path logs) {
        return new Folders(records(storage), storage.runRoot().resolve("carafe"), logs);
    }

    public static Path records(StorageConfig storage) {
        return storage.root().resolve("carafe").resolve("state");
    }

    /// Where the pods' records are, each under its id.
    public Path podRecord(String id) {
        return Stores.podRecords(records).resolve(id + RecordFolder.SUFFIX);
    }

    /// Where the containers' are.
    public Path containerRecord(String id) {
        return Stores.containerRecords(records).resolve(id + RecordFolder.SUFFIX);
    }

    /// The pod's files: resolv.conf, hostname, hosts, and its /dev/shm.
    public Path pod(PodId id) {
        return pods().resolve(id.value());
    }

    public Path pods() {
        return volatileRoot.resolve("pods");
    }

    /// For logs of a pod that names no folder.
    public Path logs(PodId id) {
        return logs.resolve(id.value());
    }

    /// The container's bundle, where its monitor keeps what it needs too.
    public Path bundle(ContainerId id) {
        return bundles().resolve(id.value());
    }

    /// Where the runtime reaches us with what the container's seccomp filter tells. No longer than a socket's name may
    /// be; half an id is as good as a whole one.
    public Path seccompSocket(ContainerId id) {
        return seccompSockets().resolve(id.value().substring(0, id.value().length() / 2));
    }

    public Path seccompSockets() {
        return volatileRoot.resolve("seccomp");
    }

    public Path bundles() {
        return volatileRoot.resolve("bundles");
    }
}
