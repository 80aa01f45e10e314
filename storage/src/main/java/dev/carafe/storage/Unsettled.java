package dev.carafe.storage;

import dev.carafe.linux.FileNames;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The names of a layer that mean something only above other layers: directories that its tar never names
/// although it names files in them, and hard links to files that it doesn't have. Most layers have none. They are
/// kept in a file beside the layer's own, and in memory only while the layer is unpacked or settled. For one
/// thread.
final class Unsettled {
    /// What they may take in memory, roughly: some fifty thousand names of the usual length.
    static final long MAXIMUM_BYTES = 8 << 20;

    /// Of a name in memory beside its characters.
    private static final int NAME_BYTES = 100;

    private static final char DIRECTORY = 'd';
    private static final char LINK = 'l';

    private final NavigableSet<String> directories = new TreeSet<>();
    private final NavigableMap<String, String> links = new TreeMap<>();
    private long bytes;

    /// Paths, parents before what they hold.
    SortedSet<String> directories() {
        return Collections.unmodifiableSortedSet(directories);
    }

    /// The path of each link and its target as the tar names it, normalised.
    SortedMap<String, String> links() {
        return Collections.unmodifiableSortedMap(links);
    }

    boolean isEmpty() {
        return directories.isEmpty() && links.isEmpty();
    }

    void addDirectory(String path) throws BadLayerException {
        if (directories.add(path)) {
            take(path.length());
        }
    }

    void removeDirectory(String path) {
        if (directories.remove(path)) {
            giveBack(path.length());
        }
    }

    void addLink(String path, String target) throws BadLayerException {
        removeLink(path);
        links.put(path, target);
        take(path.length() + target.length());
    }

    void removeLink(String path) {
        var target = links.remove(path);
        if (target != null) {
            giveBack(path.length() + target.length());
        }
    }

    /// Of all that is in the directory, and of the directory itself.
    void removeTree(String path) {
        removeDirectory(path);
        removeLink(path);
        var from = path + "/";
        var to = path + "0"; // '0' follows '/'
        directories.subSet(from, to).forEach(name -> giveBack(name.length()));
        directories.subSet(from, to).clear();
        links.subMap(from, to).forEach((name, target) -> giveBack(name.length() + target.length()));
        links.subMap(from, to).clear();
    }

    private void take(int characters) throws BadLayerException {
        bytes += NAME_BYTES + characters;
        if (bytes > MAXIMUM_BYTES) {
            throw new BadLayerException("layer leaves too many names to the layers below: " + directories.size()
                    + " directories and " + links.size() + " hard links");
        }
    }

    private void giveBack(int characters) {
        bytes -= NAME_BYTES + characters;
    }

    /// Each name ends with NUL, as `find -print0` has it.
    void write(Path file) throws IOException {
        try (var output = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (var path : directories) {
                write(output, DIRECTORY + path);
            }
            for (var link : links.entrySet()) {
                write(output, LINK + link.getKey());
                write(output, link.getValue());
            }
        }
    }

    private static void write(OutputStream output, String name) throws IOException {
        output.write(FileNames.encode(name));
        output.write(0);
    }

    static Unsettled read(Path file) throws IOException {
        if (Files.size(file) > MAXIMUM_BYTES) {
            throw new IOException(file + " is larger than it can be");
        }
        var names = new Names(Files.readAllBytes(file));
        var unsettled = new Unsettled();
        while (names.hasNext()) {
            var name = names.next();
            switch (name.charAt(0)) {
                case DIRECTORY -> unsettled.addDirectory(name.substring(1));
                case LINK -> unsettled.addLink(name.substring(1), names.next());
                default -> throw new IOException(file + " is damaged");
            }
        }
        return unsettled;
    }

    private static final class Names {
        private final byte[] bytes;
        private int position;

        Names(byte[] bytes) {
            this.bytes = bytes;
        }

        boolean hasNext() {
            return position < bytes.length;
        }

        String next() throws IOException {
            for (var end = position; end < bytes.length; end++) {
                if (bytes[end] == 0 && end > position) {
                    var name = FileNames.decode(bytes, position, end - position);
                    position = end + 1;
                    return name;
                }
            }
            throw new IOException("list of unsettled names is cut short");
        }
    }
}
