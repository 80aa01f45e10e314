package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.FileStatus;
import dev.carafe.linux.FileType;
import dev.carafe.storage.MergedView.Found;
import dev.carafe.storage.StagedTree.Place;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A copy of a layer as it is above certain lower layers. Its directories are its own, with the attributes that
/// hold there; its files are links to the layer's, whose content and attributes are the same wherever it
/// stands. What pending hard links mean is copied from the lower layers and never linked: a shared inode would
/// show the container links that are none, and both layers would be one in the eyes of a later check. For one
/// thread.
final class SettledCopy implements AutoCloseable {
    private static final int BUFFER_BYTES = 128 << 10;
    private static final int WRITING_MODE = 0600;

    private final Directory source;
    private final Settlement settlement;
    private final MergedView lower;
    private final StagedTree tree;
    private final Map<String, Attributes> directories = new HashMap<>();
    private final Map<String, Place> copied = new HashMap<>();
    private long bytes;
    private long inodes = 1;

    /// @param holder the staging folder
    SettledCopy(Directory source, Directory holder, Settlement settlement, MergedView lower) throws IOException {
        this.source = source;
        this.settlement = settlement;
        this.lower = lower;
        tree = new StagedTree(holder, LayerLimits.defaults().maximumEntries());
    }

    /// What the copy takes beyond what it shares.
    LayerInfo run() throws IOException {
        var todo = new ArrayDeque<String>(List.of(""));
        while (!todo.isEmpty()) {
            var path = todo.removeLast();
            try (var from = source.directory(path.isEmpty() ? "." : path)) {
                for (var name : from.names()) {
                    var status = from.status(name).orElseThrow(() -> new IOException(name + " vanished"));
                    var below = path.isEmpty() ? name : path + "/" + name;
                    if (status.type() == FileType.DIRECTORY) {
                        directory(from, below, name, status);
                        todo.add(below);
                    } else {
                        file(from, below, name);
                    }
                }
            }
        }
        for (var link : settlement.links().entrySet()) {
            link(link.getKey(), link.getValue());
        }
        attributes();
        return new LayerInfo(bytes, inodes + tree.count());
    }

    private void directory(Directory from, String path, String name, FileStatus status) throws IOException {
        var there = tree.physical(settlement.place(path));
        var assumed = settlement.directories().get(path);
        if (assumed == null) {
            directories.put(there, Attributes.of(from, name, status));
        } else {
            directories.putIfAbsent(there, assumed);
        }
    }

    private void file(Directory from, String path, String name) throws IOException {
        var place = placeOf(settlement.place(path));
        try {
            tree.directory(place.parent()).link(from, name, place.name());
        } catch (ErrnoException e) {
            // Two of the layer's paths are one below. Which came last the folder no longer tells.
            throw e.is(Errno.EEXIST)
                    ? new BadLayerException(place.path() + " is named twice, once through a link of a lower layer")
                    : e;
        }
    }

    private void link(String path, Found target) throws IOException {
        var place = placeOf(settlement.place(path));
        var there = copied.get(target.path());
        if (there == null) {
            there = copyUp(target, place);
            copied.put(target.path(), there);
        }
        if (!there.equals(place)) {
            tree.directory(place.parent()).link(tree.directory(there.parent()), there.name(), place.name());
        }
    }

    /// As a hard link made above the lower layers would have it: the file comes up under its own name, and the
    /// link is to that; unless the layer has put something else there.
    private Place copyUp(Found target, Place link) throws IOException {
        var own = placeOf(target.path());
        var isTaken = tree.directory(own.parent()).status(own.name()).isPresent();
        var place = isTaken ? link : own;
        try (var from = target.holder()) {
            copy(from, target, tree.directory(place.parent()), place.name());
            Attributes.of(target)
                    .apply(
                            tree.directory(place.parent()),
                            place.name(),
                            target.status().type());
        }
        inodes++;
        return place;
    }

    private void copy(Directory from, Found target, Directory to, String name) throws IOException {
        var status = target.status();
        switch (status.type()) {
            case REGULAR -> {
                content(from, target.name(), to, name);
                bytes += status.size();
            }
            case SYMBOLIC_LINK -> to.symlink(from.readlink(target.name()), name);
            default -> to.mknod(name, status.type().bits() | WRITING_MODE, status.major(), status.minor());
        }
    }

    private static void content(Directory from, String fromName, Directory to, String name) throws IOException {
        var buffer = new byte[BUFFER_BYTES];
        try (var in = from.openFile(fromName);
                var out = to.create(name, WRITING_MODE)) {
            for (var n = in.read(buffer, 0, buffer.length); n > 0; n = in.read(buffer, 0, buffer.length)) {
                out.write(buffer, 0, n);
            }
        }
    }

    private Place placeOf(String path) throws IOException {
        var slash = path.lastIndexOf('/');
        return tree.place(slash < 0 ? "" : path.substring(0, slash), path.substring(slash + 1));
    }

    /// Last, since filling a directory changes its time. Directories that only the moving has made are as they
    /// are below.
    private void attributes() throws IOException {
        for (var path : tree.assumed()) {
            var attributes = directories.get(path);
            if (attributes == null) {
                var found = lower.lookup(path);
                attributes = found.isPresent() && found.get().isDirectory()
                        ? Attributes.of(found.get())
                        : Attributes.unnamed();
            }
            attributes.apply(tree.holderOf(path), StagedTree.nameOf(path), FileType.DIRECTORY);
        }
    }

    @Override
    public void close() {
        tree.close();
    }
}
