package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.FileStatus;
import dev.carafe.linux.FileType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The directories of a layer while it is made. A path that leads through no symbolic link is called physical
/// here; any other is walked link by link, each step being one name in a directory held open, so that none leads
/// out. What a directory is like is set when all is in it, or it would change with what it gets and what it gets
/// with it. For one thread.
final class StagedTree implements AutoCloseable {
    /// As the kernel has it for one path walk (path_resolution(7)).
    private static final int MAXIMUM_LINKS = 40;

    private static final byte[] YES = {'y'};
    private static final int MODE = 0755;
    private static final String JOURNAL = "directories";

    private final Directory holder;
    private final NewFiles newFiles;
    private final OpenDirectories open;
    private final DirectoryJournal journal;
    private final Unsettled unsettled;
    private final Listener madeDirectories;
    private final Attributes unnamed = Attributes.UNNAMED.modified(Instant.now());
    private final AttributeWriter writer = new AttributeWriter();
    private boolean hasOpaque;
    private boolean isRootNamed;
    private boolean isRootOpaque;
    private long made;
    private boolean hasReplaced;

    @FunctionalInterface
    interface Listener {
        void made(String path) throws IOException;
    }

    /// Makes something in a directory.
    @FunctionalInterface
    interface Creation {
        void in(Directory directory) throws IOException;
    }

    /// A name in a directory that exists.
    record Place(String parent, String name) {
        /// Of a physical path.
        static Place of(String path) {
            var slash = path.lastIndexOf('/');
            return new Place(slash < 0 ? "" : path.substring(0, slash), path.substring(slash + 1));
        }

        String path() {
            return parent.isEmpty() ? name : parent + "/" + name;
        }
    }

    /// @param holder the directory in which the layer's root is made; stays the caller's
    /// @param folder the same
    /// @param madeDirectories is told of each directory that is made, by its path
    StagedTree(Directory holder, Path folder, Unsettled unsettled, Listener madeDirectories) throws IOException {
        this.holder = holder;
        this.unsettled = unsettled;
        this.madeDirectories = madeDirectories;
        newFiles = NewFiles.byMaking(holder, StorePaths.FILES);
        open = new OpenDirectories(holder.directory(StorePaths.FILES));
        journal = new DirectoryJournal(folder.resolve(JOURNAL));
        journal.add("", unnamed);
    }

    NewFiles newFiles() {
        return newFiles;
    }

    /// The place, after making the directories above it that nobody has named.
    Place place(String parent, String name) throws IOException {
        return new Place(physical(parent), name);
    }

    /// The directory of this path, made where it is missing.
    String physical(String path) throws IOException {
        return open.isKnown(path)
                ? path
                : walk(path, true).orElseThrow(() -> new AssertionError("a walk that makes always arrives"));
    }

    /// The directory of this path, if the layer has it.
    Optional<String> existing(String path) throws IOException {
        return open.isKnown(path) ? Optional.of(path) : walk(path, false);
    }

    Directory directory(String physical) throws IOException {
        return open.get(physical);
    }

    boolean isDirectory(Place place) throws IOException {
        return open.isKnown(place.path())
                || directory(place.parent())
                        .status(place.name())
                        .filter(status -> status.type() == FileType.DIRECTORY)
                        .isPresent();
    }

    /// A directory that the layer names. One that is there stays.
    ///
    /// @return false if something else has the name
    boolean make(Place place) throws IOException {
        var path = place.path();
        if (open.isKnown(path)) {
            return true;
        }
        if (path.length() > TarReader.MAXIMUM_NAME_BYTES) {
            throw new BadLayerException(
                    "a directory with a path of more than " + TarReader.MAXIMUM_NAME_BYTES + " bytes");
        }
        try {
            directory(place.parent()).mkdir(place.name(), MODE);
            made++;
            madeDirectories.made(path);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            if (!isDirectory(place)) {
                return false;
            }
        }
        open.know(path);
        return true;
    }

    /// What the directory is to be like in the end, by the layer's own word.
    void describe(String physical, Attributes attributes) throws IOException {
        journal.add(physical, attributes);
        if (physical.isEmpty()) {
            isRootNamed = true;
        } else {
            unsettled.removeDirectory(physical);
        }
    }

    /// Nothing of the layers below is to be seen in the directory.
    void opaque(String physical) throws IOException {
        hasOpaque = true;
        if (physical.isEmpty()) { // overlayfs doesn't ask the root of a layer: its record says so
            isRootOpaque = true;
        } else {
            holderOf(physical).xattr(nameOf(physical), Xattrs.OPAQUE, YES);
        }
    }

    /// Nothing of it comes from the layers below, although the layer doesn't name it.
    void fresh(String physical) throws IOException {
        opaque(physical);
        unsettled.removeDirectory(physical);
    }

    /// A directory and all below it, which the caller takes away.
    void forgetTree(Place place) {
        open.forget(place.path());
        unsettled.removeTree(place.path());
    }

    /// A directory took the place of a file that was deleted below.
    boolean hasReplaced() {
        return hasReplaced;
    }

    boolean isRootNamed() {
        return isRootNamed;
    }

    boolean isRootOpaque() {
        return isRootOpaque;
    }

    /// Directories ever made in it, without the root.
    long made() {
        return made;
    }

    /// Gives each directory what it is to be like; the last thing done to the tree. Unsettled are then only those
    /// directories that the layers below can decide: the root is not among them, since what is seen of it is the
    /// container's own, nor what lies in an opaque directory.
    void finish() throws IOException {
        journal.read((path, attributes) -> {
            if (isPhysical(path)) {
                writer.write(holderOf(path), nameOf(path), FileType.DIRECTORY, attributes);
            }
        });
        if (hasOpaque) {
            var known = new HashMap<String, Boolean>();
            for (var path : List.copyOf(unsettled.directories())) {
                if (isHidden(path, known)) {
                    unsettled.removeDirectory(path);
                }
            }
        }
    }

    /// False when it has been replaced since.
    private boolean isPhysical(String path) throws IOException {
        for (var end = open.isKnown(path) ? path.length() : endOfName(path, 0); ; end = endOfName(path, end + 1)) {
            var above = path.substring(0, end);
            if (!open.isKnown(above)) {
                if (!isDirectory(Place.of(above))) {
                    return false;
                }
                open.know(above);
            }
            if (end == path.length()) {
                return true;
            }
        }
    }

    /// In a directory to which the layers below have nothing to say.
    private boolean isHidden(String path, Map<String, Boolean> knownAsOpaque) throws IOException {
        if (isRootOpaque) {
            return true;
        }
        for (var end = endOfName(path, 0); end < path.length(); end = endOfName(path, end + 1)) {
            var above = path.substring(0, end);
            var isOpaque = knownAsOpaque.get(above);
            if (isOpaque == null) {
                isOpaque = holderOf(above).xattrs(nameOf(above)).containsKey(Xattrs.OPAQUE);
                knownAsOpaque.put(above, isOpaque);
            }
            if (isOpaque) {
                return true;
            }
        }
        return false;
    }

    private static int endOfName(String path, int from) {
        var slash = path.indexOf('/', from);
        return slash < 0 ? path.length() : slash;
    }

    /// The directory that names this one, the root included.
    Directory holderOf(String physical) throws IOException {
        return physical.isEmpty() ? holder : directory(Place.of(physical).parent());
    }

    static String nameOf(String physical) {
        return physical.isEmpty() ? StorePaths.FILES : physical.substring(physical.lastIndexOf('/') + 1);
    }

    static boolean isWhiteout(FileStatus status) {
        return status.type() == FileType.CHARACTER_DEVICE && status.major() == 0 && status.minor() == 0;
    }

    @Override
    public void close() throws IOException {
        try (journal) {
            open.close();
        }
    }

    private Optional<String> walk(String path, boolean making) throws IOException {
        var todo = new ArrayDeque<String>(List.of(path.split("/")));
        var physical = "";
        var links = 0;
        while (!todo.isEmpty()) {
            var component = todo.removeFirst();
            if (component.equals("..")) { // only out of a link's target; the root is its own parent
                physical = Place.of(physical).parent();
            } else if (!component.isEmpty() && !component.equals(".")) {
                var place = new Place(physical, component);
                var below = place.path();
                if (!open.isKnown(below)) {
                    var status = directory(physical).status(component);
                    if (status.isPresent() && status.get().type() == FileType.SYMBOLIC_LINK) {
                        if (++links > MAXIMUM_LINKS) {
                            throw new BadLayerException("too many symbolic links in " + path);
                        }
                        physical = follow(place, todo);
                        continue;
                    }
                    if (status.isEmpty() && !making) {
                        return Optional.empty();
                    }
                    enter(place, status, making);
                }
                physical = below;
            }
        }
        return Optional.of(physical);
    }

    /// Puts the link's target in front of what is left to walk; the directory to go on from.
    private String follow(Place link, ArrayDeque<String> todo) throws IOException {
        var target = directory(link.parent()).readlink(link.name());
        var components = target.split("/");
        for (var i = components.length - 1; i >= 0; i--) {
            todo.addFirst(components[i]);
        }
        return target.startsWith("/") ? "" : link.parent();
    }

    private void enter(Place place, Optional<FileStatus> there, boolean making) throws IOException {
        var path = place.path();
        if (there.isPresent() && there.get().type() == FileType.DIRECTORY) {
            open.know(path);
        } else if (making && there.isPresent() && isWhiteout(there.get())) {
            // Deleted, then made anew: nothing of the layers below may show through.
            directory(place.parent()).unlink(place.name());
            hasReplaced = true;
            makeUnnamed(place);
            opaque(path);
        } else if (there.isPresent() || unsettled.links().containsKey(path)) {
            throw new BadLayerException(path + " is used as a directory and is none");
        } else {
            makeUnnamed(place);
            unsettled.addDirectory(path);
        }
    }

    private void makeUnnamed(Place place) throws IOException {
        make(place);
        journal.add(place.path(), unnamed); // over what a directory of this path was to be like before
    }
}
