package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.DiskSpace;
import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.FileType;
import dev.carafe.linux.IdRange;
import dev.carafe.linux.MountFlag;
import dev.carafe.linux.Mounts;
import dev.carafe.linux.SelinuxLabel;
import dev.carafe.linux.UserNamespace;
import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.Digest;
import dev.carafe.oci.ForeignJson;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// The roots of containers: overlay mounts of an image's layers below a folder for what the container writes; and
/// the images that they have as volumes, mounted for reading only. A root is known from before its first folder is
/// made until after its last is deleted, so that whatever a crash leaves can be finished by [#prepare] or [#remove].
/// Any thread may call, but one at a time for each container.
public final class ContainerRoots {
    private static final System.Logger LOG = System.getLogger(ContainerRoots.class.getName());
    private static final JsonType<ContainerRootRecord> RECORD = Jsonb.instance().type(ContainerRootRecord.class);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,127}");
    private static final String UPPER = "upper";
    private static final String WORK = "work";
    /// Before a volume's number.
    private static final String VOLUME = "volume-";

    /// Before the number of a mount with other owners.
    private static final String MAPPED = "mapped-";

    private static final Set<MountFlag> HARMLESS = Set.of(MountFlag.NO_SUID, MountFlag.NO_DEV);

    private final StorePaths paths;
    private final Layers layers;
    private final RecordFolder records;
    private final Map<String, ContainerLayers> known = new ConcurrentHashMap<>();

    /// What a container has written.
    ///
    /// @param bytes content of regular files, each hard-linked one once
    /// @param inodes with the folder itself
    public record Usage(long bytes, long inodes) {}

    private ContainerRoots(StorePaths paths, Layers layers, RecordFolder records) {
        this.paths = paths;
        this.layers = layers;
        this.records = records;
    }

    public static ContainerRoots open(StorageConfig config, Layers layers) throws IOException {
        var paths = StorePaths.of(config);
        PrivateFolders.create(paths.containerRoots());
        PrivateFolders.create(paths.mountPoints());
        PrivateFolders.close(paths.mountPoints());
        PrivateFolders.create(paths.volumes());
        PrivateFolders.close(paths.volumes());
        var records = RecordFolder.openQuick(paths.containerRootRecords(), ContainerRootRecord.SCHEMA);
        var roots = new ContainerRoots(paths, layers, records);
        roots.load();
        return roots;
    }

    private void load() throws IOException {
        var contents = records.readAll();
        contents.damaged().forEach(damaged -> unreadable(damaged.name(), damaged.why()));
        for (var document : contents.documents().entrySet()) {
            try {
                known.put(
                        document.getKey(),
                        ForeignJson.read(document.getValue(), RECORD::fromJson).layers());
            } catch (BadJsonException | IllegalArgumentException e) {
                unreadable(document.getKey(), String.valueOf(e.getMessage()));
            }
        }
    }

    private static void unreadable(String id, String why) {
        LOG.log(
                System.Logger.Level.WARNING,
                "Record of a container's root can not be read, the root can only be removed container={0} why={1}",
                id,
                why);
    }

    /// The mounted root, with the owners that its files have in the image.
    public Path prepare(String containerId, ContainerLayers wanted) throws IOException {
        return prepare(containerId, wanted, UserNamespace.HOST, SelinuxLabel.NONE);
    }

    /// The mounted root. Idempotent: a root that is there stays as it is, with what was written to it.
    ///
    /// @param users whose owners the files have
    /// @param label that the files have
    public Path prepare(String containerId, ContainerLayers wanted, UserNamespace users, SelinuxLabel label)
            throws IOException {
        var id = checked(containerId);
        var earlier = known.get(id);
        if (earlier != null && !earlier.equals(wanted)) {
            throw new IOException("root of container " + id + " stands on other layers already");
        }
        try (var _ = layers.lease(wanted.all())) { // until they are known here, and so in use
            for (var chain : wanted.chains()) {
                layers.lowerDirectories(chain);
            }
            if (earlier == null) {
                deleteFolders(id); // of a root whose record is lost
                records.write(id, RECORD.toJson(ContainerRootRecord.of(wanted)));
                known.put(id, wanted);
            }
        }
        try {
            return mount(id, wanted.root(), users, label);
        } catch (IOException e) {
            throw DiskSpace.explained(e, paths.containerRoots());
        }
    }

    /// Of a root that was prepared: for what else goes with the container, under other names than this class's own.
    public Path ownFolder(String containerId) {
        return paths.containerRoots().resolve(checked(containerId));
    }

    private Path mount(String id, List<Digest> chain, UserNamespace users, SelinuxLabel label) throws IOException {
        var target = users.isHost() ? paths.mountPoints().resolve(id) : passable(id, users.ids());
        PrivateFolders.create(target);
        if (!Mounts.isMountPoint(target)) {
            var folder = paths.containerRoots().resolve(id);
            PrivateFolders.create(folder);
            try (var directory = Directory.open(folder)) {
                directory.removeTree(WORK); // the kernel takes none again for what a power cut may have damaged
            }
            PrivateFolders.create(folder.resolve(WORK));
            makeTop(folder, UPPER, chain, users.ids());
            try (var shifted = shifted(id, layers.lowerDirectories(chain), users)) {
                Mounts.overlay(shifted.folders(), folder.resolve(UPPER), folder.resolve(WORK), target, label);
            }
        }
        return target;
    }

    /// A runtime finds the root as nobody of the host: the way there is open for the namespace's root, by its group,
    /// and for nobody else, since images hold set-user-id programs.
    private Path passable(String id, IdRange ids) throws IOException {
        PrivateFolders.letPass(paths.runRoot());
        PrivateFolders.create(paths.shiftedRoots());
        PrivateFolders.letPass(paths.shiftedRoots());
        var folder = paths.shiftedRoots().resolve(id);
        PrivateFolders.create(folder, "rwx--x---");
        try (var holder = Directory.open(paths.shiftedRoots())) {
            holder.own(id, 0, ids.toHost(0));
        }
        return StorePaths.shiftedRoot(folder);
    }

    private ShiftedFolders shifted(String id, List<Path> folders, UserNamespace users) throws IOException {
        var place = paths.volumes().resolve(id);
        if (!users.isHost()) {
            PrivateFolders.create(place);
        }
        return ShiftedFolders.mount(folders, users, place);
    }

    private ContainerLayers require(String id) throws IOException {
        var found = known.get(id);
        if (found == null) {
            throw new IOException("container " + id + " has no root");
        }
        return found;
    }

    /// The topmost directory is the root that the container sees: it starts like that of the image.
    private void makeTop(Path folder, String name, List<Digest> chain, IdRange ids) throws IOException {
        if (Files.isDirectory(folder.resolve(name))) {
            return;
        }
        var attributes = rootAttributes(chain).shifted(ids);
        try (var directory = Directory.open(folder)) {
            var fresh = name + ".new";
            directory.removeTree(fresh);
            directory.mkdir(fresh, attributes.mode());
            new AttributeWriter().write(directory, fresh, FileType.DIRECTORY, attributes);
            directory.rename(fresh, directory, name);
        }
    }

    /// Where an image of the volumes is mounted, for reading only, without programs, devices and set-user-id.
    ///
    /// @param number its place among the volumes that the root was prepared with
    /// @param users whose owners the files have
    /// @param label that the files have
    public Path volume(String containerId, int number, UserNamespace users, SelinuxLabel label) throws IOException {
        var id = checked(containerId);
        var chain = require(id).volumes().get(number);
        var target = paths.volumes().resolve(id).resolve(Integer.toString(number));
        PrivateFolders.create(target);
        if (!Mounts.isMountPoint(target)) {
            var folder = paths.containerRoots().resolve(id);
            var top = VOLUME + number;
            makeTop(folder, top, chain, users.ids());
            try (var shifted = shifted(id, layers.lowerDirectories(chain), users)) {
                var lower = new ArrayList<Path>();
                lower.add(folder.resolve(top));
                lower.addAll(shifted.folders());
                Mounts.overlayReadOnly(lower, HARMLESS, target, label);
            }
        }
        return target;
    }

    /// Where a folder or file of the host is mounted once more for the container, with the namespace's owners, and
    /// with all that is mounted below it.
    ///
    /// @param number of the container's own choice
    /// @param source a path without links
    /// @param follows whether what is mounted below the source later appears there too
    public Path idMapped(String containerId, int number, Path source, UserNamespace users, boolean follows)
            throws IOException {
        var folder = paths.volumes().resolve(checked(containerId));
        PrivateFolders.create(folder);
        var target = folder.resolve(MAPPED + number);
        if (Files.isDirectory(source)) {
            PrivateFolders.create(target);
        } else if (!Files.exists(target)) {
            Files.createFile(target);
        }
        if (!Mounts.isMountPoint(target)) {
            Mounts.idMapped(source, target, users, follows);
        }
        return target;
    }

    private Attributes rootAttributes(List<Digest> chain) throws IOException {
        var found = layers.rootFolder(chain);
        if (found.isEmpty()) {
            return Attributes.UNNAMED;
        }
        var folder = found.get();
        try (var holder = Directory.open(Objects.requireNonNull(folder.getParent()))) {
            var name = folder.getFileName().toString();
            var status = holder.status(name).orElseThrow(() -> new NoSuchFileException(folder.toString()));
            return Attributes.of(holder, name, status);
        }
    }

    /// Unmounts and deletes. Idempotent; may be repeated after a failure.
    public void remove(String containerId) throws IOException {
        var id = checked(containerId);
        deleteFolders(id);
        records.delete(id);
        known.remove(id);
    }

    private void deleteFolders(String id) throws IOException {
        var target = paths.mountPoints().resolve(id);
        if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            Mounts.unmount(target);
            Files.deleteIfExists(target);
        }
        deleteMountsIn(paths.shiftedRoots().resolve(id));
        deleteMountsIn(paths.volumes().resolve(id));
        try (var folders = Directory.open(paths.containerRoots())) {
            folders.removeTree(id);
        }
    }

    private static void deleteMountsIn(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var targets = Files.newDirectoryStream(folder)) {
            for (var target : targets) {
                Mounts.unmount(target);
                Files.deleteIfExists(target);
            }
        }
        Files.deleteIfExists(folder);
    }

    /// Of all roots that may have something on disk, also of those that can no longer be mounted.
    public Set<String> ids() throws IOException {
        var ids = new HashSet<>(known.keySet());
        var places = List.of(paths.containerRoots(), paths.mountPoints(), paths.volumes(), paths.shiftedRoots());
        for (var folder : places) {
            if (!Files.isDirectory(folder)) {
                continue; // nothing was shifted yet
            }
            try (var directory = Directory.open(folder)) {
                directory.names().stream()
                        .filter(name -> ID.matcher(name).matches())
                        .forEach(ids::add);
            }
        }
        return ids;
    }

    /// Walks all that the container has written: seconds for millions of files, so not for every call of a
    /// kubelet.
    public Usage usage(String containerId) throws IOException {
        var upper = paths.containerRoots().resolve(checked(containerId)).resolve(UPPER);
        if (!Files.isDirectory(upper)) {
            return new Usage(0, 0);
        }
        try (var directory = Directory.open(upper)) {
            var size = TreeSize.of(directory);
            return new Usage(size.sizeBytes(), size.inodes());
        }
    }

    /// Of all containers together, as slow as that.
    public Usage usage() throws IOException {
        var bytes = 0L;
        var inodes = 0L;
        for (var id : known.keySet()) {
            try {
                var usage = usage(id);
                bytes = Math.min(bytes, Long.MAX_VALUE - usage.bytes) + usage.bytes;
                inodes += usage.inodes;
            } catch (ErrnoException e) {
                if (!e.is(Errno.ENOENT)) { // or it is being removed
                    throw e;
                }
            }
        }
        return new Usage(bytes, inodes);
    }

    /// Of all containers, for [Layers#collect].
    public Set<Digest> usedLayers() {
        var used = new HashSet<Digest>();
        known.values().forEach(one -> used.addAll(one.all()));
        return used;
    }

    /// The containers that have the layer somewhere.
    List<String> standingOn(Digest diffId) {
        return known.entrySet().stream()
                .filter(one -> one.getValue().all().contains(diffId))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /// The containers one of whose images begins with the chain, bottom first.
    List<String> standingOn(List<Digest> chain) {
        return known.entrySet().stream()
                .filter(one -> one.getValue().chains().stream().anyMatch(used -> StoreCheck.startsWith(used, chain)))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private static String checked(String containerId) {
        if (!ID.matcher(containerId).matches()) {
            throw new IllegalArgumentException("not a container ID: " + containerId);
        }
        return containerId;
    }
}
