package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.FileStatus;
import dev.carafe.linux.FileType;
import dev.carafe.storage.StagedTree.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Layers seen as overlayfs would merge them, without mounting: so that each file's layer is known and nothing of
/// the kernel's state is left behind by a crash. For one thread.
final class MergedView implements AutoCloseable {
    /// As the kernel has it for one path walk (path_resolution(7)).
    private static final int MAXIMUM_LINKS = 40;
    /// Lookups that are remembered; names come sorted, so those before are soon of no use.
    private static final int MAXIMUM_KNOWN = 1024;

    private final List<Directory> layers;
    private final Map<String, Optional<Found>> known = new HashMap<>();

    /// @param path in the merged view, through no symbolic link
    /// @param layers those that have a part in it, topmost first: its attributes are the first one's
    record Found(String path, FileStatus status, List<Directory> layers) {
        boolean isDirectory() {
            return status.type() == FileType.DIRECTORY;
        }

        boolean isSymbolicLink() {
            return status.type() == FileType.SYMBOLIC_LINK;
        }

        /// The one whose file is seen.
        Directory layer() {
            return layers.getFirst();
        }

        Directory holder() throws IOException {
            return layer().directory(Place.of(path).parent());
        }

        String name() {
            return Place.of(path).name();
        }

        Attributes attributes() throws IOException {
            try (var holder = holder()) {
                return Attributes.of(holder, name(), status);
            }
        }
    }

    private MergedView(List<Directory> layers) {
        this.layers = layers;
    }

    /// @param paths of the layers, topmost first
    static MergedView open(List<Path> paths) throws IOException {
        var view = new MergedView(new ArrayList<>());
        try {
            for (var path : paths) {
                view.layers.add(Directory.open(path));
            }
            return view;
        } catch (IOException e) {
            view.close();
            throw e;
        }
    }

    /// The topmost layer.
    Directory top() {
        return layers.getFirst();
    }

    /// Without the topmost layer; needs no closing, and is of use as long as this one is open.
    MergedView below() {
        return new MergedView(layers.subList(1, layers.size()));
    }

    /// What is at the path, which is not followed if it is a symbolic link, nor are the directories before it.
    Optional<Found> lookup(String path) throws IOException {
        var candidates = layers;
        for (var end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
            var above = lookup(candidates, path.substring(0, end));
            if (above.isEmpty() || !above.get().isDirectory()) {
                return Optional.empty();
            }
            candidates = above.get().layers();
        }
        return lookup(candidates, path);
    }

    /// @param candidates the layers that have a part in the directory of the path
    private Optional<Found> lookup(List<Directory> candidates, String path) throws IOException {
        var found = known.get(path);
        if (found == null) {
            found = look(candidates, path);
            if (known.size() >= MAXIMUM_KNOWN) {
                known.clear();
            }
            known.put(path, found);
        }
        return found;
    }

    private static Optional<Found> look(List<Directory> candidates, String path) throws IOException {
        var place = Place.of(path);
        var parts = new ArrayList<Directory>();
        var top = Optional.<FileStatus>empty();
        for (var layer : candidates) {
            try (var directory = layer.directory(place.parent())) {
                var status = directory.status(place.name());
                if (status.isEmpty()) {
                    continue;
                }
                if (status.get().type() != FileType.DIRECTORY) {
                    var hides = top.isPresent() || StagedTree.isWhiteout(status.get());
                    return hides ? found(path, top, parts) : found(path, status, List.of(layer));
                }
                top = top.or(() -> status);
                parts.add(layer);
                if (Xattrs.isOpaque(directory.xattrs(place.name()))) {
                    break;
                }
            }
        }
        return found(path, top, parts);
    }

    private static Optional<Found> found(String path, Optional<FileStatus> status, List<Directory> layers) {
        return status.map(present -> new Found(path, present, List.copyOf(layers)));
    }

    /// What an open of the path without following its last component would find.
    Optional<Found> find(String path) throws IOException {
        var place = Place.of(path);
        var parent = resolve(place.parent());
        return parent.isEmpty() ? Optional.empty() : lookup(new Place(parent.get(), place.name()).path());
    }

    /// The path with every symbolic link in it followed, as far as its last component, which need not exist.
    /// Empty when it leads through something that is no directory, or around in circles.
    Optional<String> resolve(String path) throws IOException {
        var todo = new ArrayDeque<String>(List.of(path.split("/")));
        var resolved = "";
        var links = 0;
        while (!todo.isEmpty()) {
            var component = todo.removeFirst();
            if (component.equals("..")) {
                resolved = Place.of(resolved).parent();
            } else if (!component.isEmpty() && !component.equals(".")) {
                var next = new Place(resolved, component).path();
                var found = lookup(next);
                if (found.isPresent() && found.get().isSymbolicLink()) {
                    if (++links > MAXIMUM_LINKS) {
                        return Optional.empty();
                    }
                    resolved = follow(found.get(), resolved, todo);
                } else if (found.isPresent() && !found.get().isDirectory()) {
                    return Optional.empty();
                } else {
                    resolved = next;
                }
            }
        }
        return Optional.of(resolved);
    }

    private static String follow(Found link, String from, ArrayDeque<String> todo) throws IOException {
        try (var holder = link.holder()) {
            var target = holder.readlink(link.name());
            var components = target.split("/");
            for (var i = components.length - 1; i >= 0; i--) {
                todo.addFirst(components[i]);
            }
            return target.startsWith("/") ? "" : from;
        }
    }

    @Override
    public void close() {
        layers.forEach(Directory::close);
    }
}
