package dev.carafe.engine.container;

import dev.carafe.cri.v1.Mount;
import dev.carafe.engine.container.ContainerSpecs.PodFile;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.Folders;
import dev.carafe.engine.state.PodId;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.linux.Directory;
import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.FileType;
import dev.carafe.linux.ReadOnlyFolder;
import dev.carafe.linux.Relabeling;
import dev.carafe.linux.SelinuxLabel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/// Logs of a pod's containers, to be read in a volume of the pod: its folder of logs is mounted over the volume, for
/// reading only, and there each log has a link by its container's id. What was mounted is written down in the pod's
/// folder before it is, so that it is found again after a crash, whatever the configuration says by then. A pod whose
/// logs can't be linked runs without, as with CRI-O, and the daemon's log says why. One verb at a time for a pod.
public final class LinkedLogs {
    /// The kubelet's; CRI-O knows no other either.
    private static final Path KUBELETS_PODS = Path.of("/var/lib/kubelet/pods");

    private static final System.Logger LOG = System.getLogger(LinkedLogs.class.getName());
    private static final String EMPTY_DIRS = "volumes/kubernetes.io~empty-dir/";

    /// Kubernetes' rules for names of volumes.
    private static final Pattern VOLUME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    /// One name in a path, whoever gives uids.
    private static final Pattern UID = Pattern.compile("[A-Za-z0-9][-_A-Za-z0-9]{0,127}");

    private final Folders folders;
    private final Path kubeletsPods;

    public LinkedLogs(Folders folders) {
        this(folders, KUBELETS_PODS);
    }

    /// @param kubeletsPods where the volumes of all pods are
    LinkedLogs(Folders folders, Path kubeletsPods) {
        this.folders = folders;
        this.kubeletsPods = kubeletsPods;
    }

    /// @param volume as the pod's annotation names it
    /// @param label none where SELinux is off
    public void mount(PodRecord pod, String volume, SelinuxLabel label) throws IOException {
        try {
            var logs = logs(pod);
            try (var target = target(pod, volume);
                    var folder = ReadOnlyFolder.of(logs.toRealPath())) {
                new Linked(folder.number(), target.path(), logs).write(file(pod.id()));
                if (!label.isNone()) {
                    Relabeling.run(logs.toRealPath(), label);
                }
                folder.attach(target);
            }
        } catch (IOException e) {
            Files.deleteIfExists(file(pod.id()));
            LOG.log(System.Logger.Level.WARNING, "logs of pod " + pod.id() + " can't be linked", e);
        }
    }

    /// The kubelet's folder of the pod's logs; any other is not to be shown or labelled.
    private Path logs(PodRecord pod) throws IOException {
        var metadata = pod.config().getMetadata();
        var usual = metadata.getNamespace() + "_" + metadata.getName() + "_" + metadata.getUid();
        var logs = new ContainerLogs(folders).folder(pod);
        if (!logs.endsWith(usual)) {
            throw new IOException("log_directory " + logs + " is not called " + usual);
        }
        return Files.createDirectories(logs);
    }

    private Directory target(PodRecord pod, String volume) throws IOException {
        var uid = pod.config().getMetadata().getUid();
        if (!VOLUME.matcher(volume).matches() || !UID.matcher(uid).matches()) {
            throw new IOException("no volume has such a name, or no pod such a uid");
        }
        try (var pods = Directory.open(kubeletsPods)) {
            var path = uid + "/" + EMPTY_DIRS + volume;
            var found = pods.directory(path);
            if (!found.path().equals(pods.path().resolve(path))) {
                found.close();
                throw new IOException("there is a link in " + kubeletsPods.resolve(path));
            }
            return found;
        }
    }

    /// The volume shows again what it had. Idempotent.
    public void unmount(PodId id) throws IOException {
        var linked = Linked.read(file(id));
        if (linked.isPresent()) {
            ReadOnlyFolder.detach(linked.get().target, linked.get().mount);
        }
    }

    /// A container's mounts, where what shows the logs is for reading only: crun makes writable whatever is not asked
    /// for so, and a link in a log's place would be followed by others.
    List<Mount> guarded(PodId id, List<Mount> mounts) throws IOException {
        var linked = Linked.read(file(id));
        if (linked.isEmpty()) {
            return mounts;
        }
        var guarded = new ArrayList<Mount>();
        for (var mount : mounts) {
            guarded.add(
                    linked.get().shows(mount)
                            ? mount.toBuilder().setReadonly(true).build()
                            : mount);
        }
        return guarded;
    }

    /// Once its log's folder is there.
    void link(ContainerRecord container) {
        try {
            var linked = Linked.read(file(container.pod()));
            var log = Path.of(container.making().logPath());
            if (linked.isPresent()) {
                try (var logs = Directory.open(linked.get().logs)) {
                    // From there, so that it is true in the volume as on the node.
                    logs.symlink(linked.get().logs.relativize(log).toString(), name(container));
                }
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the log of container " + container.id() + " can't be linked", e);
        }
    }

    /// Idempotent.
    void unlink(ContainerRecord container) throws IOException {
        var linked = Linked.read(file(container.pod()));
        if (linked.isEmpty() || Files.notExists(linked.get().logs)) {
            return;
        }
        try (var logs = Directory.open(linked.get().logs)) {
            var found = logs.status(name(container));
            if (found.isPresent() && found.get().type() == FileType.SYMBOLIC_LINK) {
                logs.unlink(name(container));
            }
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT)) { // the kubelet removes the folder when it likes
                throw e;
            }
        }
    }

    private static String name(ContainerRecord container) {
        return container.id().value() + ".log";
    }

    private Path file(PodId id) {
        return folders.pod(id).resolve(PodFile.LINKED_LOGS);
    }

    /// What is mounted where.
    ///
    /// @param mount its number
    private record Linked(long mount, Path target, Path logs) {
        private static final int LINES = 3;

        /// Also by a folder in the volume, which the kubelet mounts elsewhere first (subPath).
        boolean shows(Mount mount) throws IOException {
            var source = Path.of(mount.getHostPath());
            if (mount.getHostPath().isEmpty() || Files.notExists(source)) {
                return false;
            }
            var real = source.toRealPath();
            var pod = target.resolveSibling("../..").normalize();
            return real.startsWith(target)
                    || real.startsWith(pod.resolve("volume-subpaths").resolve(target.getFileName()));
        }

        /// The path that is no name of ours is the last: it may be of any characters.
        void write(Path file) throws IOException {
            Files.writeString(file, mount + "\n" + target + "\n" + logs + "\n");
        }

        /// Empty also when a crash cut it off: then nothing was mounted yet.
        static Optional<Linked> read(Path file) throws IOException {
            if (Files.notExists(file)) {
                return Optional.empty();
            }
            var text = Files.readString(file, StandardCharsets.UTF_8);
            var lines = text.split("\n", LINES);
            if (lines.length < LINES || !text.endsWith("\n")) {
                return Optional.empty();
            }
            var logs = Objects.requireNonNull(lines[2]);
            return Optional.of(new Linked(
                    Long.parseLong(lines[0]), Path.of(lines[1]), Path.of(logs.substring(0, logs.length() - 1))));
        }
    }
}
