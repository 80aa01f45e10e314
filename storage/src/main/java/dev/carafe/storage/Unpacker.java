package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.FileNames;
import dev.carafe.linux.FileStatus;
import dev.carafe.linux.FileType;
import dev.carafe.storage.StagedTree.Creation;
import dev.carafe.storage.StagedTree.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Turns the members of one layer's tar into files below a staging folder, with whiteouts as overlayfs wants
/// them. A later member replaces an earlier one of its name, except that two directories become one. Leaves the
/// undoing to the caller, who deletes the folder. For one thread.
final class Unpacker implements AutoCloseable {
    private static final int PERMISSIONS = 0777;
    private static final int PRIVATE = 0700;

    private final TarReader tar;
    private final TarRecipe recipe;
    private final Directory holder;
    private final FileContent content;
    private final LayerLimits limits;
    private final StagedTree tree;
    private final FileList list;
    private final Path listFile;
    private final Unsettled unsettled = new Unsettled();
    private final AttributeWriter writer = new AttributeWriter();
    private long entries;
    private long bytes;
    private long holes;
    private long inodes = 1;
    private boolean hasReplaced;
    private boolean hasAside;

    /// @param recipe stays the caller's
    /// @param holder the staging folder; stays the caller's
    /// @param folder the same
    Unpacker(LayerStream stream, TarRecipe recipe, Directory holder, Path folder, LayerLimits limits)
            throws IOException {
        this.limits = limits;
        this.recipe = recipe;
        this.holder = holder;
        tar = new TarReader(stream, recipe);
        content = new FileContent(tar);
        listFile = StorePaths.list(folder);
        list = new FileList(listFile);
        try {
            tree = new StagedTree(holder, folder, unsettled, path -> list.add(FileList.DIRECTORY, path, 0, 0));
        } catch (IOException e) {
            list.close();
            throw e;
        }
    }

    UnpackedLayer run() throws IOException {
        for (var entry = tar.next(); entry.isPresent(); entry = tar.next()) {
            if (++entries > limits.maximumEntries()) {
                throw new BadLayerException("layer has more than " + limits.maximumEntries() + " entries");
            }
            apply(entry.get());
        }
        tar.finish();
        var tarBytes = recipe.finish();
        if (tarBytes == TarRecipe.NONE && hasAside) {
            holder.removeTree(StorePaths.ASIDE);
            hasAside = false;
        }
        tree.finish();
        hasReplaced |= tree.hasReplaced();
        if (hasReplaced) { // the list has files that are there no more
            list.close();
            FileList.ofTree(tree.directory(""), listFile);
        } else {
            list.finish();
        }
        var info = hasReplaced ? counted() : new LayerInfo(bytes, inodes + tree.made());
        return new UnpackedLayer(info, unsettled, tree.isRootNamed(), tree.isRootOpaque(), tarBytes);
    }

    private LayerInfo counted() throws IOException {
        var info = TreeSize.of(tree.directory(""));
        if (!hasAside) {
            return info;
        }
        try (var aside = holder.directory(StorePaths.ASIDE)) {
            return info.plus(TreeSize.of(aside));
        }
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
            var message = entry.name() + ": " + e.getMessage();
            throw switch (e.errno()) {
                case Errno.ENAMETOOLONG, Errno.ELOOP, Errno.EMLINK, Errno.EINVAL, Errno.ERANGE ->
                    new BadLayerException(message, e);
                default -> new IOException("unpacking " + message, e);
            };
        }
    }

    private void root(TarEntry entry) throws IOException {
        if (entry.type() != TarEntry.Type.DIRECTORY) {
            throw new BadLayerException("the layer's root is no directory");
        }
        tree.describe("", entry.attributes());
    }

    private void file(TarEntry entry, Place place) throws IOException {
        if (!unsettled.isEmpty()) {
            unsettled.removeLink(place.path());
        }
        switch (entry.type()) {
            case REGULAR -> regular(entry, place);
            case HARD_LINK -> hardLink(entry, place);
            case SYMBOLIC_LINK ->
                create(entry, place, FileType.SYMBOLIC_LINK, directory -> {
                    directory.symlink(entry.linkName(), place.name());
                    var bytes = FileNames.encode(entry.linkName()).length;
                    list.add(FileList.SYMBOLIC_LINK, place.path(), bytes, FileList.textChecksum(entry.linkName()));
                });
            case CHARACTER_DEVICE -> special(entry, place, FileType.CHARACTER_DEVICE);
            case BLOCK_DEVICE -> special(entry, place, FileType.BLOCK_DEVICE);
            case FIFO -> special(entry, place, FileType.FIFO);
            case DIRECTORY -> directory(entry, place);
        }
    }

    private void regular(TarEntry entry, Place place) throws IOException {
        holes += entry.isSparse() ? entry.sparse().fileBytes() - entry.contentBytes() : 0;
        if (holes < 0 || holes > limits.maximumBytes()) { // whoever reads the files reads so much
            throw new BadLayerException("layer has sparse files of more than " + limits.maximumBytes() + " bytes");
        }
        create(entry, place, FileType.REGULAR, directory -> {
            try (var file = directory.create(place.name(), entry.attributes().mode() & PERMISSIONS)) {
                var checksum = content.write(entry, file);
                var path = place.path();
                list.add(FileList.REGULAR, path, fileBytes(entry), checksum);
                if (entry.isSparse()) {
                    recipe.content(path, entry.sparse());
                } else {
                    recipe.content(path, entry.contentBytes());
                }
            }
        });
        bytes += entry.contentBytes();
    }

    private static long fileBytes(TarEntry entry) {
        return entry.isSparse() ? entry.sparse().fileBytes() : entry.contentBytes();
    }

    private void special(TarEntry entry, Place place, FileType type) throws IOException {
        var mode = type.bits() | (entry.attributes().mode() & PERMISSIONS);
        if (type == FileType.CHARACTER_DEVICE && entry.major() == 0 && entry.minor() == 0) {
            throw new BadLayerException("character device 0/0, which overlayfs takes for a deleted file");
        }
        create(entry, place, type, directory -> {
            directory.mknod(place.name(), mode, entry.major(), entry.minor());
            list.add(FileList.letter(type), place.path(), FileList.device(entry.major(), entry.minor()), 0);
        });
    }

    private void directory(TarEntry entry, Place place) throws IOException {
        if (!tree.make(place)) {
            remove(place);
            tree.make(place);
            // What was there hid the layers below, and a directory would let them through again.
            tree.opaque(place.path());
        }
        tree.describe(place.path(), entry.attributes());
    }

    /// A link to what this layer doesn't have waits for the layers below.
    private void hardLink(TarEntry entry, Place place) throws IOException {
        var path = LayerName.normalise(entry.linkName());
        if (path.isEmpty()) {
            throw new BadLayerException("hard link to the layer's root: " + entry.name());
        }
        var target = Place.of(path);
        var parent = tree.existing(target.parent());
        var status = Optional.<FileStatus>empty();
        if (parent.isPresent()) {
            status = tree.directory(parent.get()).status(target.name());
        }
        if (parent.isEmpty() || status.isEmpty()) {
            pend(place, path);
            return;
        }
        if (status.get().type() == FileType.DIRECTORY || StagedTree.isWhiteout(status.get())) {
            throw new BadLayerException("hard link to a directory or a deleted file: " + entry.linkName());
        }
        var from = new Place(parent.get(), target.name());
        if (from.path().startsWith(place.path() + "/")) {
            throw new BadLayerException("hard link in place of the directory that its target is in: " + entry.name());
        }
        if (!from.equals(place)) {
            replacing(place, directory -> {
                directory.link(tree.directory(from.parent()), from.name(), place.name());
                list.add(FileList.HARD_LINK, place.path(), 0, 0);
            });
        }
    }

    private void pend(Place place, String target) throws IOException {
        if (tree.directory(place.parent()).status(place.name()).isPresent()) {
            remove(place);
        }
        unsettled.addLink(place.path(), unsettled.links().getOrDefault(target, target));
    }

    /// Hides the file in the layers below; what this layer itself has of the name stays, wherever in the tar it
    /// is (OCI image spec, "Whiteouts").
    private void whiteout(Place place) throws IOException {
        var path = place.path();
        if (tree.isDirectory(place)) {
            tree.fresh(path);
        } else if (!unsettled.links().containsKey(path)
                && tree.directory(place.parent()).status(place.name()).isEmpty()) {
            tree.directory(place.parent()).mknod(place.name(), FileType.CHARACTER_DEVICE.bits(), 0, 0);
            list.add(FileList.letter(FileType.CHARACTER_DEVICE), path, 0, 0);
            inodes++;
        }
    }

    private void create(TarEntry entry, Place place, FileType type, Creation creation) throws IOException {
        replacing(place, creation);
        inodes++;
        var directory = tree.directory(place.parent());
        writer.writeNew(directory, place.name(), type, entry.attributes(), tree.newFiles());
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

    /// Content that the tar had before may be there and nowhere else, so it is moved out of the layer.
    private void remove(Place place) throws IOException {
        hasReplaced = true;
        if (tree.isDirectory(place)) {
            tree.forgetTree(place);
        }
        var number = recipe.aside(place.path());
        var directory = tree.directory(place.parent());
        if (number < 0) {
            directory.removeTree(place.name());
        } else {
            try (var aside = aside()) {
                directory.rename(place.name(), aside, String.valueOf(number));
            }
        }
    }

    private Directory aside() throws IOException {
        if (!hasAside) {
            holder.mkdir(StorePaths.ASIDE, PRIVATE);
            hasAside = true;
        }
        return holder.directory(StorePaths.ASIDE);
    }

    @Override
    public void close() throws IOException {
        try (list) {
            tree.close();
        }
    }
}
