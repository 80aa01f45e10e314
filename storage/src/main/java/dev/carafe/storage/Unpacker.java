package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.FileStatus;
import dev.carafe.linux.FileType;
import dev.carafe.storage.StagedTree.Place;
import dev.carafe.storage.UnpackedLayer.PendingLink;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// Turns the members of one layer's tar into files below a staging folder, with whiteouts as overlayfs wants
/// them. A later member replaces an earlier one of its name, except that two directories become one. Leaves the
/// undoing to the caller, who deletes the folder. For one thread; an interrupt ends it at the next member.
final class Unpacker implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Unpacker.class.getName());
    private static final int WRITING_MODE = 0600;
    private static final int TYPES = 0170000;
    /// Names that must be kept until the lower layers are known; they go into the layer's record.
    private static final int MAXIMUM_UNSETTLED = 50_000;

    private final TarReader tar;
    private final LayerStream stream;
    private final LayerLimits limits;
    private final StagedTree tree;
    private final NavigableMap<String, String> pending = new TreeMap<>();
    private long entries;
    private long bytes;
    private long inodes = 1;
    private boolean recount;
    private boolean xattrsUnsupported;

    Unpacker(LayerStream stream, Directory holder, LayerLimits limits) throws IOException {
        this.stream = stream;
        this.limits = limits;
        tar = new TarReader(stream);
        tree = new StagedTree(holder, limits.maximumEntries());
    }

    UnpackedLayer run() throws IOException {
        for (var entry = tar.next(); entry.isPresent(); entry = tar.next()) {
            if (++entries > limits.maximumEntries()) {
                throw new BadLayerException("layer has more than " + limits.maximumEntries() + " entries");
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while unpacking");
            }
            apply(entry.get());
        }
        tree.finish();
        var links = new ArrayList<PendingLink>();
        pending.forEach((path, target) -> links.add(new PendingLink(path, target)));
        var assumed = tree.assumed();
        if (links.size() + assumed.size() > MAXIMUM_UNSETTLED) {
            throw new BadLayerException("layer leaves more than " + MAXIMUM_UNSETTLED + " names to the layers below");
        }
        var info = recount ? TreeSize.of(tree.directory("")) : new LayerInfo(bytes, inodes + tree.count());
        return new UnpackedLayer(info, assumed, links, !tree.isRootAssumed(), tree.isRootOpaque());
    }

    private void apply(TarEntry entry) throws IOException {
        try {
            switch (LayerName.parse(entry.name())) {
                case LayerName.Root() -> root(entry);
                case LayerName.File(var parent, var name) -> file(entry, tree.place(parent, name));
                case LayerName.Whiteout(var parent, var name) -> whiteout(tree.place(parent, name));
                case LayerName.Opaque(var directory) -> tree.opaque(tree.physical(directory));
                case LayerName.Ignored() -> {}
            }
        } catch (ErrnoException e) {
            throw new IOException("unpacking " + entry.name() + ": " + e.getMessage(), e);
        }
    }

    private void root(TarEntry entry) throws IOException {
        if (entry.type() != TarEntry.Type.DIRECTORY) {
            throw new BadLayerException("the layer's root is no directory");
        }
        tree.explicitRoot(entry.modified());
        attributes(entry, tree.holderOf(""), StagedTree.nameOf(""));
    }

    private void file(TarEntry entry, Place place) throws IOException {
        if (!pending.isEmpty()) {
            pending.remove(place.path());
        }
        switch (entry.type()) {
            case REGULAR -> regular(entry, place);
            case HARD_LINK -> hardLink(entry, place);
            case SYMBOLIC_LINK -> {
                replacing(place, directory -> directory.symlink(entry.linkName(), place.name()));
                inodes++;
                attributes(entry, tree.directory(place.parent()), place.name());
            }
            case CHARACTER_DEVICE -> special(entry, place, FileType.CHARACTER_DEVICE);
            case BLOCK_DEVICE -> special(entry, place, FileType.BLOCK_DEVICE);
            case FIFO -> special(entry, place, FileType.FIFO);
            case DIRECTORY -> directory(entry, place);
        }
    }

    private void regular(TarEntry entry, Place place) throws IOException {
        replacing(place, directory -> content(directory, place.name()));
        bytes += entry.size();
        inodes++;
        attributes(entry, tree.directory(place.parent()), place.name());
    }

    private void content(Directory directory, String name) throws IOException {
        try (var file = directory.create(name, WRITING_MODE)) {
            for (var n = tar.contentAvailable(); n > 0; n = tar.contentAvailable()) {
                file.write(stream.buffer(), stream.position(), n);
                tar.consumeContent(n);
            }
        }
    }

    private void special(TarEntry entry, Place place, FileType type) throws IOException {
        if (type == FileType.CHARACTER_DEVICE && entry.major() == 0 && entry.minor() == 0) {
            throw new BadLayerException("character device 0/0, which overlayfs takes for a deleted file");
        }
        replacing(
                place,
                directory -> directory.mknod(place.name(), type.bits() | WRITING_MODE, entry.major(), entry.minor()));
        inodes++;
        attributes(entry, tree.directory(place.parent()), place.name());
    }

    private void directory(TarEntry entry, Place place) throws IOException {
        if (!tree.isDirectory(place.path())) {
            var there = tree.directory(place.parent()).status(place.name());
            if (there.isPresent()) {
                remove(place);
            }
            tree.explicit(place, entry.modified());
            if (there.isPresent()) {
                // What was there hid the layers below, and a directory would let them through again.
                tree.opaque(place.path());
            }
        } else {
            tree.explicit(place, entry.modified());
        }
        attributes(entry, tree.directory(place.parent()), place.name());
    }

    /// A link to what this layer doesn't have waits for the layers below.
    private void hardLink(TarEntry entry, Place place) throws IOException {
        var target = LayerName.normalise(entry.linkName());
        if (target.isEmpty()) {
            throw new BadLayerException("hard link to the layer's root: " + entry.name());
        }
        var slash = target.lastIndexOf('/');
        var name = target.substring(slash + 1);
        var parent = tree.existing(slash < 0 ? "" : target.substring(0, slash));
        var status = Optional.<FileStatus>empty();
        if (parent.isPresent()) {
            status = tree.directory(parent.get()).status(name);
        }
        if (parent.isEmpty() || status.isEmpty()) {
            pend(place, target);
            return;
        }
        var type = status.get().type();
        if (type == FileType.DIRECTORY || StagedTree.isWhiteout(status.get())) {
            throw new BadLayerException("hard link to a directory or a deleted file: " + entry.linkName());
        }
        var from = new Place(parent.get(), name);
        if (!from.equals(place)) {
            replacing(place, directory -> directory.link(tree.directory(from.parent()), from.name(), place.name()));
        }
    }

    private void pend(Place place, String target) throws IOException {
        var there = tree.directory(place.parent()).status(place.name());
        if (there.isPresent()) {
            remove(place);
        }
        if (pending.size() >= MAXIMUM_UNSETTLED) {
            throw new BadLayerException("layer has more than " + MAXIMUM_UNSETTLED + " links into the layers below");
        }
        pending.put(place.path(), pending.getOrDefault(target, target));
    }

    /// Hides the file in the layers below; what this layer itself has of the name stays.
    private void whiteout(Place place) throws IOException {
        var directory = tree.directory(place.parent());
        if (tree.isDirectory(place.path())) {
            tree.opaque(place.path());
        } else if (directory.status(place.name()).isEmpty() && !pending.containsKey(place.path())) {
            directory.mknod(place.name(), FileType.CHARACTER_DEVICE.bits(), 0, 0);
            inodes++;
        }
    }

    private interface Creation {
        void in(Directory directory) throws IOException;
    }

    private void replacing(Place place, Creation creation) throws IOException {
        try {
            creation.in(tree.directory(place.parent()));
        } catch (ErrnoException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            remove(place);
            creation.in(tree.directory(place.parent()));
        }
    }

    private void remove(Place place) throws IOException {
        recount = true;
        if (tree.isDirectory(place.path())) {
            StagedTree.below(pending, place.path()).clear();
            tree.removeTree(place);
        } else {
            tree.directory(place.parent()).unlink(place.name());
        }
    }

    /// In this order: a change of owner clears set-user-id and capabilities, and all of them change nothing of
    /// the times.
    private void attributes(TarEntry entry, Directory directory, String name) throws IOException {
        directory.own(name, entry.uid(), entry.gid());
        if (entry.type() != TarEntry.Type.SYMBOLIC_LINK) {
            directory.mode(name, entry.mode() & ~TYPES);
        }
        for (var xattr : entry.xattrs().entrySet()) {
            if (Xattrs.isKept(xattr.getKey())) {
                xattr(entry, directory, name, xattr);
            }
        }
        if (entry.type() != TarEntry.Type.DIRECTORY) { // theirs come last: StagedTree.finish
            directory.times(name, entry.modified(), entry.modified());
        }
    }

    private void xattr(TarEntry entry, Directory directory, String name, Map.Entry<String, byte[]> xattr)
            throws IOException {
        var isUser = xattr.getKey().startsWith(Xattrs.USER);
        if (isUser && entry.type() != TarEntry.Type.REGULAR && entry.type() != TarEntry.Type.DIRECTORY) {
            return; // xattr(7): only files and directories may have them
        }
        try {
            directory.xattr(name, xattr.getKey(), xattr.getValue());
        } catch (ErrnoException e) {
            if (!isUser || !e.is(Errno.EOPNOTSUPP)) {
                throw e;
            }
            if (!xattrsUnsupported) {
                LOG.log(System.Logger.Level.WARNING, "The file system has no user attributes; the layer loses its own");
                xattrsUnsupported = true;
            }
        }
    }

    @Override
    public void close() {
        tree.close();
    }
}
