package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.FileStatus;
import dev.carafe.linux.FileType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Layers seen as overlayfs would merge them, without mounting: so that each file's layer is known and nothing
/// of the kernel's state is left behind by a crash. For one thread.
final class MergedView implements AutoCloseable {
    private static final int MAXIMUM_LINKS = 40;

    private final List<Directory> layers = new ArrayList<>();
    private final Map<String, Optional<Found>> known = new HashMap<>();

    /// @param path in the merged view, through no symbolic link
    /// @param layers those that have a part in it, topmost first: its attributes are the first one's
    record Found(String path, FileStatus status, List<Directory> layers) {
        boolean isDirectory() {
            return status.type() == FileType.DIRECTORY;
        }

        Directory holder() throws IOException {
            var slash = path.lastIndexOf('/');
            return layers.getFirst().directory(slash < 0 ? "." : path.substring(0, slash));
        }

        String name() {
            return path.substring(path.lastIndexOf('/') + 1);
        }
    }

    /// @param lower topmost first
    static MergedView open(List<Path> lower) throws IOException {
        var view = new MergedView();
        try {
            for (var path : lower) {
                view.layers.add(Directory.open(path));
            }
            return view;
        } catch (IOException e) {
            view.close();
            throw e;
        }
    }

    /// What is at the path, which is not followed if it is a symbolic link, nor are the directories before it.
    Optional<Found> lookup(String path) throws IOException {
        var found = known.get(path);
        if (found == null) {
            var slash = path.lastIndexOf('/');
            var name = path.substring(slash + 1);
            if (slash < 0) {
                found = lookup(layers, "", name);
            } else {
                var parent = lookup(path.substring(0, slash));
                found = parent.isPresent() && parent.get().isDirectory()
                        ? lookup(parent.get().layers(), path.substring(0, slash), name)
                        : Optional.empty();
            }
            known.put(path, found);
        }
        return found;
    }

    private static Optional<Found> lookup(List<Directory> candidates, String parent, String name) throws IOException {
        var path = parent.isEmpty() ? name : parent + "/" + name;
        var parts = new ArrayList<Directory>();
        var top = Optional.<FileStatus>empty();
        for (var layer : candidates) {
            try (var directory = layer.directory(parent.isEmpty() ? "." : parent)) {
                var status = directory.status(name);
                if (status.isEmpty()) {
                    continue;
                }
                if (status.get().type() != FileType.DIRECTORY) {
                    var hides = top.isPresent() || StagedTree.isWhiteout(status.get());
                    return hides ? found(path, top, parts) : found(path, status, List.of(layer));
                }
                top = top.or(() -> status);
                parts.add(layer);
                if (isOpaque(directory, name)) {
                    break;
                }
            }
        }
        return found(path, top, parts);
    }

    private static Optional<Found> found(String path, Optional<FileStatus> status, List<Directory> layers) {
        return status.map(present -> new Found(path, present, List.copyOf(layers)));
    }

    private static boolean isOpaque(Directory directory, String name) throws IOException {
        var value = directory.xattrs(name).get(StagedTree.OPAQUE_XATTR);
        return value != null && new String(value, StandardCharsets.US_ASCII).equals("y");
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
                resolved = resolved.contains("/") ? resolved.substring(0, resolved.lastIndexOf('/')) : "";
            } else if (!component.isEmpty() && !component.equals(".")) {
                var next = resolved.isEmpty() ? component : resolved + "/" + component;
                var found = lookup(next);
                if (found.isPresent() && found.get().status().type() == FileType.SYMBOLIC_LINK) {
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
