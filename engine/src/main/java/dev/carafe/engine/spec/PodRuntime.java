package dev.carafe.engine.spec;

import dev.carafe.linux.NamespaceKind;
import dev.carafe.runtime.CgroupManager;
import java.nio.file.Path;
import java.util.Map;

/// What a pod holds for its containers. An empty path means there is none.
///
/// @param namespaces pinned namespaces by kind; a kind that is missing is the host's, and then the pod must
///     have asked for the host's. The process namespace is there where the container is to join one, be it the pod's
///     or another container's
/// @param shm the folder that becomes `/dev/shm`
/// @param resolvConf the file that becomes `/etc/resolv.conf`
/// @param hostname the file that becomes `/etc/hostname`
/// @param hosts the file that becomes `/etc/hosts` where the container's mounts bring none
/// @param cgroupParent a path for cgroupfs, a path whose last element is a slice for systemd
public record PodRuntime(
        String sandboxId,
        Map<NamespaceKind, Path> namespaces,
        Path shm,
        Path resolvConf,
        Path hostname,
        Path hosts,
        String cgroupParent,
        CgroupManager manager) {
    public PodRuntime {
        namespaces = Map.copyOf(namespaces);
    }
}
