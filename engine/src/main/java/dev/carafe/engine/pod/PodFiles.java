package dev.carafe.engine.pod;

import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.engine.container.ContainerSpecs;
import dev.carafe.engine.container.ContainerSpecs.PodFile;
import dev.carafe.engine.container.LinkedLogs;
import dev.carafe.engine.spec.PodAnnotation;
import dev.carafe.engine.state.Folders;
import dev.carafe.engine.state.PodId;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.linux.Directory;
import dev.carafe.linux.DiskSpace;
import dev.carafe.linux.MountFlag;
import dev.carafe.linux.Mounts;
import dev.carafe.linux.Relabeling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The files that a pod's containers share: resolv.conf, hostname, hosts and /dev/shm.
public final class PodFiles {
    private static final int SHM_MODE = 01777;

    private final Folders folders;
    private final ResolvConf resolvConf;
    private final ContainerSpecs specs;
    private final LinkedLogs linkedLogs;

    public PodFiles(Folders folders, ResolvConf resolvConf, ContainerSpecs specs) {
        this.folders = folders;
        this.specs = specs;
        this.resolvConf = resolvConf;
        this.linkedLogs = new LinkedLogs(folders);
    }

    void make(PodRecord pod) throws IOException {
        try {
            makeAll(pod);
        } catch (IOException e) {
            throw DiskSpace.explained(e, folders.pods());
        }
    }

    private void makeAll(PodRecord pod) throws IOException {
        var folder = Files.createDirectories(folders.pod(pod.id()));
        Files.writeString(
                folder.resolve(PodFile.RESOLV_CONF), resolvConf.of(pod.config().getDnsConfig()));
        Files.writeString(folder.resolve(PodFile.HOSTNAME), hostname(pod) + "\n");
        if (pod.usesHostNetwork()) {
            Files.copy(Path.of("/etc/hosts"), folder.resolve(PodFile.HOSTS));
        }
        if (pod.config().getLinux().getSecurityContext().getNamespaceOptions().getIpc() != NamespaceMode.NODE) {
            var shm = Files.createDirectory(folder.resolve(PodFile.SHM));
            Mounts.tmpfs(
                    shm,
                    specs.shmBytes(pod),
                    SHM_MODE,
                    Set.of(MountFlag.NO_SUID, MountFlag.NO_DEV, MountFlag.NO_EXEC),
                    specs.mountLabel(pod));
        }
        own(pod);
        var volume = PodAnnotation.LINK_LOGS.in(pod.config().getAnnotationsMap(), specs.rules(pod));
        if (volume.isPresent()) {
            linkedLogs.mount(pod, volume.get(), specs.mountLabel(pod));
        }
    }

    /// Once the addresses are known. The kubelet mounts a file of its own over it; others have only this one.
    void writeHosts(PodRecord pod, List<String> addresses) throws IOException {
        try {
            makeHosts(pod, addresses);
        } catch (IOException e) {
            throw DiskSpace.explained(e, folders.pods());
        }
    }

    private void makeHosts(PodRecord pod, List<String> addresses) throws IOException {
        var hosts = new StringBuilder("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
        for (var address : addresses) {
            hosts.append(address).append('\t').append(hostname(pod)).append('\n');
        }
        Files.writeString(folders.pod(pod.id()).resolve(PodFile.HOSTS), hosts);
        own(pod);
    }

    /// They belong to the pod's root, as what the daemon made does already where that is the host's, and have the label
    /// of the pod's files; what is mounted has its own.
    private void own(PodRecord pod) throws IOException {
        if (!pod.users().isHost()) {
            var root = pod.users().ids().toHost(0);
            try (var folder = Directory.open(folders.pod(pod.id()))) {
                for (var name : folder.names()) {
                    folder.own(name, root, root);
                }
            }
        }
        var label = specs.mountLabel(pod);
        if (!label.isNone()) {
            Relabeling.run(folders.pod(pod.id()).toRealPath(), label);
        }
    }

    /// Its memory is freed, and its volume no longer shows logs; the small files stay for the containers' records until
    /// [#remove(PodId)].
    void unmount(PodId id) throws IOException {
        Mounts.unmount(folders.pod(id).resolve(PodFile.SHM));
        linkedLogs.unmount(id);
    }

    /// Of all pods that have files, with a record or without.
    public Set<String> ids() throws IOException {
        try (var pods = Directory.open(folders.pods())) {
            return pods.names().stream().filter(PodId::isOne).collect(Collectors.toSet());
        }
    }

    public void remove(PodId id) throws IOException {
        unmount(id);
        if (Files.exists(folders.pods())) {
            try (var pods = Directory.open(folders.pods())) {
                pods.removeTree(id.value());
            }
        }
        if (Files.exists(folders.logs(id))) {
            try (var logs = Directory.open(folders.logs())) {
                logs.removeTree(id.value());
            }
        }
    }

    /// The request's, or the node's for a pod in the node's network.
    static String hostname(PodRecord pod) throws IOException {
        var requested = pod.config().getHostname();
        return requested.isEmpty() || pod.usesHostNetwork()
                ? Files.readString(Path.of("/proc/sys/kernel/hostname")).strip()
                : requested;
    }
}
