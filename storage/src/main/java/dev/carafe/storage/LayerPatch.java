package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.FileStatus;
import dev.carafe.linux.FileType;
import dev.carafe.storage.MergedView.Found;
import dev.carafe.storage.StagedTree.Creation;
import dev.carafe.storage.StagedTree.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Makes a thin layer that stands directly above another one and gives it what only the layers below could tell:
/// directories with the attributes that they have below, files where a link below leads, hard links with the
/// files that they mean. Files are copied and never linked: a shared inode would show the container links that
/// are none. For one thread.
final class LayerPatch implements AutoCloseable {
    private static final int PRIVATE_MODE = 0600;

    private final MergedView view;
    private final Settlement settlement;
    private final StagedTree tree;
    private final Path list;
    private final Unsettled undescribed = new Unsettled();
    private final AttributeWriter writer = new AttributeWriter();
    private final LinkNames linkNames;
    private final Map<Inode, Place> copied = new HashMap<>();
    private LayerInfo info = new LayerInfo(0, 1);

    private record Inode(Directory layer, long number) {
        static Inode of(Found found) {
            return new Inode(found.layer(), found.status().inode());
        }
    }

    /// @param view of the layer above those below it; stays the caller's
    /// @param holder the staging folder; stays the caller's
    /// @param folder the same
    LayerPatch(MergedView view, Settlement settlement, Directory holder, Path folder) throws IOException {
        this.view = view;
        this.settlement = settlement;
        linkNames = LinkNames.of(filesToCopy(), view);
        tree = new StagedTree(holder, folder, undescribed, _ -> {});
        list = StorePaths.list(folder);
    }

    private List<Found> filesToCopy() throws IOException {
        var files = new ArrayList<>(settlement.links().values());
        for (var path : movedFirst()) {
            TreeWalk.walk(view.top(), path, (_, below, _, status) -> {
                if (status.type() != FileType.DIRECTORY && status.links() > 1) {
                    files.add(found(below, status));
                }
                return true;
            });
        }
        return files;
    }

    /// Directories that moved and are not in another one that did.
    private List<String> movedFirst() {
        return settlement.moved().keySet().stream()
                .filter(path -> settlement
                        .place(Place.of(path).parent())
                        .equals(Place.of(path).parent()))
                .sorted()
                .toList();
    }

    /// Of the layer itself.
    private Found found(String path, FileStatus status) {
        return new Found(path, status, List.of(view.top()));
    }

    LayerInfo run() throws IOException {
        for (var directory : settlement.directories().entrySet()) {
            var path = directory.getKey();
            if (settlement.place(path).equals(path)) {
                tree.describe(tree.physical(path), directory.getValue());
            }
        }
        for (var path : movedFirst()) {
            restoreLink(path);
            bring(path);
        }
        for (var link : settlement.links().entrySet()) {
            var place = placeOf(settlement.place(link.getKey()));
            link(copyUp(link.getValue(), place), place);
        }
        for (var path : List.copyOf(undescribed.directories())) {
            tree.describe(path, attributesInView(path));
        }
        tree.finish();
        FileList.ofTree(tree.directory(""), list);
        return info.plus(new LayerInfo(0, tree.made()));
    }

    private Attributes attributesInView(String path) throws IOException {
        var found = view.lookup(path);
        return found.isPresent() && found.get().isDirectory() ? found.get().attributes() : Attributes.UNNAMED;
    }

    /// Over the directory that the layer has in its place.
    private void restoreLink(String path) throws IOException {
        var link = view.below().lookup(path).orElseThrow(() -> new IOException(path + " vanished"));
        try (var from = link.holder()) {
            copy(from, link.name(), link.status(), placeOf(path));
        }
    }

    /// All that the layer has in a directory to where it belongs.
    private void bring(String from) throws IOException {
        directory(from);
        TreeWalk.walk(view.top(), from, (_, path, _, status) -> {
            if (status.type() == FileType.DIRECTORY) {
                directory(path);
            } else if (StagedTree.isWhiteout(status)) {
                whiteout(settlement.place(path));
            } else {
                file(path, status);
            }
            return true;
        });
    }

    private void directory(String path) throws IOException {
        var there = settlement.place(path);
        var physical = tree.physical(there);
        var place = Place.of(path);
        try (var holder = view.top().directory(place.parent())) {
            if (!settlement.unnamed().contains(path)) {
                var status = holder.status(place.name()).orElseThrow(() -> new IOException(path + " vanished"));
                tree.describe(physical, Attributes.of(holder, place.name(), status));
            } else if (settlement.directories().containsKey(path) && !hasOwn(there)) {
                tree.describe(physical, settlement.directories().get(path));
            }
            if (holder.xattrs(place.name()).containsKey(Xattrs.OPAQUE)) {
                opaque(there);
            }
        }
    }

    /// The layer itself.
    private boolean hasOwn(String path) throws IOException {
        return view.lookup(path).filter(this::isOwn).isPresent();
    }

    private boolean isOwn(Found found) {
        return found.layer() == view.top();
    }

    /// Hides what the layers below have there, and not what the layer itself has.
    private void opaque(String path) throws IOException {
        tree.opaque(tree.physical(path));
        if (view.lookup(path).filter(this::isOwn).filter(Found::isDirectory).isPresent()) {
            bring(path);
        }
    }

    private void whiteout(String path) throws IOException {
        var own = view.lookup(path).filter(this::isOwn);
        if (own.isEmpty()) {
            var place = placeOf(path);
            create(place, directory -> directory.mknod(place.name(), FileType.CHARACTER_DEVICE.bits(), 0, 0));
        } else if (own.get().isDirectory()) {
            opaque(path);
        }
    }

    private void file(String path, FileStatus status) throws IOException {
        var there = settlement.place(path);
        if (!there.equals(path) && hasOwn(there)) {
            throw namedTwice(there);
        }
        copyUp(found(path, status), placeOf(there));
    }

    /// Which came last the layer's folder no longer tells.
    private static BadLayerException namedTwice(String path) {
        return new BadLayerException(path + " is named twice, once through a link of a lower layer");
    }

    /// The file comes up under all its names that are seen, as it would if it were changed in the merged view;
    /// without any, under the other one.
    private Place copyUp(Found file, Place otherwise) throws IOException {
        var known = copied.get(Inode.of(file));
        if (known != null) {
            return known;
        }
        var names = new ArrayList<Place>();
        for (var name : linkNames.of(file)) {
            if (!settlement.links().containsKey(name)) { // or it is another file now
                names.add(placeOf(isOwn(file) ? settlement.place(name) : name));
            }
        }
        var place = names.isEmpty() ? otherwise : names.getFirst();
        try (var from = file.holder()) {
            copy(from, file.name(), file.status(), place);
        }
        for (var name : names) {
            link(place, name);
        }
        copied.put(Inode.of(file), place);
        return place;
    }

    private void link(Place target, Place place) throws IOException {
        if (!target.equals(place)) {
            create(place, to -> to.link(tree.directory(target.parent()), target.name(), place.name()));
        }
    }

    private void copy(Directory from, String name, FileStatus status, Place place) throws IOException {
        create(place, to -> {
            switch (status.type()) {
                case REGULAR -> {
                    try (var in = from.openFile(name);
                            var out = to.create(place.name(), PRIVATE_MODE)) {
                        FileContent.copy(in, out);
                    }
                    info = info.plus(new LayerInfo(status.size(), 0));
                }
                case SYMBOLIC_LINK -> to.symlink(from.readlink(name), place.name());
                default -> to.mknod(place.name(), status.type().bits() | PRIVATE_MODE, status.major(), status.minor());
            }
        });
        writer.write(tree.directory(place.parent()), place.name(), status.type(), Attributes.of(from, name, status));
        info = info.plus(new LayerInfo(0, 1));
    }

    private void create(Place place, Creation creation) throws IOException {
        try {
            creation.in(tree.directory(place.parent()));
        } catch (ErrnoException e) {
            throw e.is(Errno.EEXIST) ? namedTwice(place.path()) : e;
        }
    }

    private Place placeOf(String path) throws IOException {
        var place = Place.of(path);
        return tree.place(place.parent(), place.name());
    }

    @Override
    public void close() throws IOException {
        tree.close();
    }
}
