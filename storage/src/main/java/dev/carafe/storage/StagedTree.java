package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.FileStatus;
import dev.carafe.linux.FileType;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// The directories of a layer while it is unpacked. Every directory in it was made here, so their paths are
/// known to go through no symbolic link; other paths are walked link by link, and each step is one name in a
/// directory held open. For one thread.
final class StagedTree implements AutoCloseable {
    static final String OPAQUE_XATTR = "trusted.overlay.opaque";

    /// As the kernel has it for one path walk (path_resolution(7)).
    private static final int MAXIMUM_LINKS = 40;

    private static final byte[] YES = {'y'};
    private static final int ASSUMED_MODE = 0755;

    private final Directory holder;
    private final OpenDirectories open;
    private final NavigableMap<String, Made> directories = new TreeMap<>();
    private final long maximumDirectories;

    /// @param assumed made because something below it was named; the layers below say what it is like
    /// @param modified what it gets at the end, since filling it changes it
    private record Made(boolean assumed, boolean opaque, Instant modified) {
        Made explicit(Instant time) {
            return new Made(false, opaque, time);
        }

        Made asOpaque() {
            return new Made(assumed, true, modified);
        }
    }

    /// A name in a directory that exists.
    record Place(String parent, String name) {
        String path() {
            return parent.isEmpty() ? name : parent + "/" + name;
        }
    }

    /// @param holder the directory in which the layer's root is named [StorePaths#FILES]; stays the caller's
    StagedTree(Directory holder, long maximumDirectories) throws IOException {
        this.holder = holder;
        this.maximumDirectories = maximumDirectories;
        holder.mkdir(StorePaths.FILES, ASSUMED_MODE);
        holder.mode(StorePaths.FILES, ASSUMED_MODE);
        open = new OpenDirectories(holder.directory(StorePaths.FILES));
        directories.put("", new Made(true, false, Instant.EPOCH));
    }

    /// The place, after making the directories above it that nobody has named.
    Place place(String parent, String name) throws IOException {
        return new Place(physical(parent), name);
    }

    /// The directory of this path, made where it is missing.
    String physical(String path) throws IOException {
        return directories.containsKey(path)
                ? path
                : walk(path, true).orElseThrow(() -> new AssertionError("a walk that makes always arrives"));
    }

    /// The directory of this path, if the layer has it.
    Optional<String> existing(String path) throws IOException {
        return directories.containsKey(path) ? Optional.of(path) : walk(path, false);
    }

    Directory directory(String physical) throws IOException {
        return open.get(physical);
    }

    /// A directory that the tar names: made, or made known if it was assumed before.
    void explicit(Place place, Instant modified) throws IOException {
        var path = place.path();
        var made = directories.get(path);
        if (made == null) {
            make(place, new Made(false, false, modified));
        } else {
            directories.put(path, made.explicit(modified));
        }
    }

    void explicitRoot(Instant modified) {
        directories.computeIfPresent("", (_, made) -> made.explicit(modified));
    }

    boolean isDirectory(String physical) {
        return directories.containsKey(physical);
    }

    void opaque(String physical) throws IOException {
        var made = directories.get(physical);
        if (made == null || made.opaque()) {
            return;
        }
        directories.put(physical, made.asOpaque());
        if (!physical.isEmpty()) { // overlayfs doesn't ask the root of a layer: its record says so
            holderOf(physical).xattr(nameOf(physical), OPAQUE_XATTR, YES);
        }
    }

    boolean isRootOpaque() {
        var root = directories.get("");
        return root != null && root.opaque();
    }

    /// A directory and all below it.
    void removeTree(Place place) throws IOException {
        var path = place.path();
        open.forget(path);
        directories.remove(path);
        below(directories, path).clear();
        directory(place.parent()).removeTree(place.name());
    }

    /// The directories whose attributes the layers below decide: assumed, and below nothing that hides those
    /// layers. The root is not among them: what is seen of it is the container's own.
    List<String> assumed() {
        var paths = new ArrayList<String>();
        directories.forEach((path, made) -> {
            if (made.assumed() && !path.isEmpty() && !isHidden(path)) {
                paths.add(path);
            }
        });
        return paths;
    }

    /// Below the root.
    int count() {
        return directories.size() - 1;
    }

    boolean isRootAssumed() {
        var root = directories.get("");
        return root == null || root.assumed();
    }

    /// Gives each directory that the tar names its time. The last thing done to the tree.
    void finish() throws IOException {
        for (var directory : directories.entrySet()) {
            if (!directory.getValue().assumed()) {
                var path = directory.getKey();
                var time = directory.getValue().modified();
                holderOf(path).times(nameOf(path), time, time);
            }
        }
    }

    /// The directory that names this one, the root included.
    Directory holderOf(String physical) throws IOException {
        if (physical.isEmpty()) {
            return holder;
        }
        var slash = physical.lastIndexOf('/');
        return directory(slash < 0 ? "" : physical.substring(0, slash));
    }

    static String nameOf(String physical) {
        return physical.isEmpty() ? StorePaths.FILES : physical.substring(physical.lastIndexOf('/') + 1);
    }

    static <V> NavigableMap<String, V> below(NavigableMap<String, V> map, String path) {
        return map.subMap(path + "/", true, path + "0", false); // '0' follows '/'
    }

    @Override
    public void close() {
        open.close();
    }

    private boolean isHidden(String path) {
        for (var slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            var above = directories.get(path.substring(0, slash));
            if (above != null && above.opaque()) {
                return true;
            }
        }
        return isRootOpaque();
    }

    private Optional<String> walk(String path, boolean making) throws IOException {
        var todo = new ArrayDeque<String>(List.of(path.split("/")));
        var physical = "";
        var links = 0;
        while (!todo.isEmpty()) {
            var component = todo.removeFirst();
            if (component.equals("..")) { // only out of a link's target; the root is its own parent
                physical = physical.contains("/") ? physical.substring(0, physical.lastIndexOf('/')) : "";
            } else if (!component.isEmpty() && !component.equals(".")) {
                var place = new Place(physical, component);
                if (!directories.containsKey(place.path())) {
                    var status = directory(physical).status(component);
                    if (status.isPresent() && status.get().type() == FileType.SYMBOLIC_LINK) {
                        if (++links > MAXIMUM_LINKS) {
                            throw new BadLayerException("too many symbolic links in " + path);
                        }
                        physical = follow(place, todo);
                        continue;
                    }
                    if (!making) {
                        return notThere(place, status);
                    }
                    makeAssumed(place, status);
                }
                physical = place.path();
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

    private static Optional<String> notThere(Place place, Optional<FileStatus> there) throws BadLayerException {
        if (there.isPresent()) {
            throw new BadLayerException(place.path() + " is used as a directory and is none");
        }
        return Optional.empty();
    }

    private void makeAssumed(Place place, Optional<FileStatus> there) throws IOException {
        if (there.isEmpty()) {
            make(place, new Made(true, false, Instant.EPOCH));
        } else if (isWhiteout(there.get())) {
            // Deleted, then made anew: nothing of the layers below may show through.
            directory(place.parent()).unlink(place.name());
            make(place, new Made(true, false, Instant.EPOCH));
            opaque(place.path());
            fresh(place.path());
        } else {
            throw new BadLayerException(place.path() + " is used as a directory and is none");
        }
    }

    /// Its attributes are what they are: nothing below this layer has a say.
    private void fresh(String physical) {
        directories.computeIfPresent(physical, (_, made) -> made.explicit(Instant.EPOCH));
    }

    private void make(Place place, Made made) throws IOException {
        if (directories.size() >= maximumDirectories) {
            throw new BadLayerException("layer has more than " + maximumDirectories + " directories");
        }
        if (place.path().length() > TarReader.MAXIMUM_NAME_BYTES) {
            throw new BadLayerException("a directory deeper than " + TarReader.MAXIMUM_NAME_BYTES + " bytes");
        }
        var parent = directory(place.parent());
        parent.mkdir(place.name(), ASSUMED_MODE);
        parent.mode(place.name(), ASSUMED_MODE);
        directories.put(place.path(), made);
    }

    static boolean isWhiteout(FileStatus status) {
        return status.type() == FileType.CHARACTER_DEVICE && status.major() == 0 && status.minor() == 0;
    }
}
