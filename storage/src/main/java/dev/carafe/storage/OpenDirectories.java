package dev.carafe.storage;

import dev.carafe.linux.Directory;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// The directories of one tree that were used last: some held open, more only known to be directories that no
/// symbolic link leads to. The members of a tar come folder by folder, so a few suffice, however many the tree
/// has. For one thread.
final class OpenDirectories implements AutoCloseable {
    private static final int MAXIMUM_OPEN = 16;
    private static final int MAXIMUM_KNOWN = 1024;
    private static final float LOAD_FACTOR = 0.75f;

    private final Directory root;
    private final Map<String, Directory> open = new LinkedHashMap<>(MAXIMUM_OPEN, LOAD_FACTOR, true);
    private final Set<String> known = new LinkedHashSet<>();
    private String lastPath = "";
    private Directory last;

    /// Takes the root over.
    OpenDirectories(Directory root) {
        this.root = root;
        last = root;
    }

    boolean isKnown(String path) {
        return path.isEmpty() || path.equals(lastPath) || known.contains(path);
    }

    void know(String path) {
        if (known.size() >= MAXIMUM_KNOWN) {
            known.remove(known.iterator().next());
        }
        known.add(path);
    }

    /// @param path of a directory, through no symbolic link
    Directory get(String path) throws IOException {
        if (path.equals(lastPath)) {
            return last;
        }
        open.get(lastPath); // the caller may still use it: it must not be the eldest
        var directory = path.isEmpty() ? root : open.get(path);
        if (directory == null) {
            directory = root.directory(path);
            open.put(path, directory);
            if (open.size() > MAXIMUM_OPEN) {
                closeEldest();
            }
        }
        last = directory;
        lastPath = path;
        return directory;
    }

    /// Closes it and all below it.
    void forget(String path) {
        var below = path + "/";
        known.removeIf(name -> name.equals(path) || name.startsWith(below));
        for (Iterator<Map.Entry<String, Directory>> all = open.entrySet().iterator(); all.hasNext(); ) {
            var entry = all.next();
            if (entry.getKey().equals(path) || entry.getKey().startsWith(below)) {
                entry.getValue().close();
                all.remove();
            }
        }
        last = root;
        lastPath = "";
    }

    private void closeEldest() {
        var all = open.entrySet().iterator();
        all.next().getValue().close();
        all.remove();
    }

    @Override
    public void close() {
        open.values().forEach(Directory::close);
        open.clear();
        root.close();
    }
}
