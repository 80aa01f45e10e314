package dev.carafe.engine.spec;

import dev.carafe.oci.RuntimeSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What all containers of a pod share: /dev/shm, /etc/resolv.conf, /etc/hostname, and an /etc/hosts for those to
/// which the request mounts none. What the pod does not have is the host's when the pod uses the host's.
final class PodFiles {
    private static final Path HOST_HOSTS = Path.of("/etc/hosts");
    private static final Path HOST_SHM = Path.of("/dev/shm");

    private PodFiles() {}

    static List<RuntimeSpec.Mount> of(SpecRequest request, boolean isReadOnly) {
        var pod = request.podRuntime();
        var access = isReadOnly ? "ro" : "rw";
        var mounts = new ArrayList<RuntimeSpec.Mount>();
        var shm = isThere(pod.shm()) || !NamespaceOptions.hasHostIpc(request.pod()) ? pod.shm() : HOST_SHM;
        add(mounts, shm, "/dev/shm", "rw");
        add(mounts, pod.resolvConf(), "/etc/resolv.conf", access);
        add(mounts, pod.hostname(), "/etc/hostname", access);
        var hosts = isThere(pod.hosts()) || !NamespaceOptions.hasHostNetwork(request.pod()) ? pod.hosts() : HOST_HOSTS;
        add(mounts, hosts, "/etc/hosts", access);
        return mounts;
    }

    private static boolean isThere(Path path) {
        return !path.toString().isEmpty();
    }

    private static void add(List<RuntimeSpec.Mount> mounts, Path source, String destination, String access) {
        if (isThere(source)) {
            mounts.add(SpecMount.bind(
                    source, destination, List.of("bind", "rprivate", access, "nosuid", "nodev", "noexec")));
        }
    }
}
