package dev.carafe.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;

/// Gives a file, or a folder with all in it, a label of SELinux. Symbolic links are labelled themselves and never
/// followed, nothing of another mount is touched, and a file system without labels is left as it is. The topmost
/// is last, so that its label says that all below it have theirs. What goes away meanwhile is passed over. For one
/// thread.
public final class Relabeling {
    /// Characters of the paths of folders that are known and not yet read: a tree with more is refused rather than kept
    /// in memory.
    private static final int MAXIMUM_WAITING = 8 << 20;

    /// The most that a volume is thought to have; beyond it is an error, not an endless start.
    private static final long MAXIMUM_FILES = 100_000_000L;

    private final String label;
    private final byte[] value;
    private final int maximumWaiting;
    private final ArrayDeque<String> waiting = new ArrayDeque<>();
    private int waitingCharacters;
    private long files;

    /// @param maximumWaiting characters
    Relabeling(SelinuxLabel label, int maximumWaiting) {
        this.label = label.text();
        this.maximumWaiting = maximumWaiting;
        this.value = (this.label + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    /// Runs on a thread of its own where the caller is a virtual one.
    ///
    /// @param path without links
    /// @param label not none
    public static void run(Path path, SelinuxLabel label) throws IOException {
        OwnThread.blocking("relabel " + path, () -> {
            new Relabeling(label, MAXIMUM_WAITING).all(path);
            return path;
        });
    }

    /// Whether the file itself has that label.
    ///
    /// @param path without links
    public static boolean isDone(Path path, SelinuxLabel label) throws IOException {
        try (var holder = holder(path)) {
            return new Relabeling(label, 0).has(holder, name(path));
        }
    }

    void all(Path path) throws IOException {
        try (var holder = holder(path)) {
            var status = holder.status(name(path));
            if (status.isPresent() && status.get().type() == FileType.DIRECTORY) {
                try (var top = holder.directory(name(path))) {
                    below(top);
                }
            }
            set(holder, name(path));
        }
    }

    /// A folder is opened again by its path when it is its turn, so that depth costs no descriptors; the deepest come
    /// first, so that few wait.
    private void below(Directory top) throws IOException {
        waiting.push("");
        while (!waiting.isEmpty()) {
            var path = waiting.pop();
            waitingCharacters -= path.length();
            try (var folder = path.isEmpty() ? top.directory("") : top.ownDescendant(path)) {
                for (var name : folder.names()) {
                    one(folder, path, name);
                }
            } catch (ErrnoException e) {
                switch (e.errno()) {
                    case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.EXDEV -> {}
                    default -> throw e;
                }
            }
        }
    }

    private void one(Directory folder, String path, String name) throws IOException {
        files++;
        if (files > MAXIMUM_FILES) {
            throw new IOException("relabel: more than " + MAXIMUM_FILES + " files");
        }
        var status = folder.status(name);
        if (status.isEmpty() || folder.isMountPoint(name)) {
            return;
        }
        if (status.get().type() == FileType.DIRECTORY) {
            await(path.isEmpty() ? name : path + "/" + name);
        }
        set(folder, name);
    }

    private void await(String path) throws IOException {
        waitingCharacters += path.length();
        if (waitingCharacters > maximumWaiting) {
            throw new IOException(
                    "relabel: too many folders; their names have more than " + maximumWaiting + " characters");
        }
        waiting.push(path);
    }

    private void set(Directory folder, String name) throws ErrnoException {
        try {
            if (!has(folder, name)) {
                folder.xattr(name, SelinuxLabel.ATTRIBUTE, value);
            }
        } catch (ErrnoException e) {
            switch (e.errno()) {
                case Errno.ENOENT, Errno.EOPNOTSUPP -> {}
                default -> throw e;
            }
        }
    }

    private boolean has(Directory folder, String name) throws ErrnoException {
        var found = folder.xattrOf(name, SelinuxLabel.ATTRIBUTE);
        return found.isPresent() && text(found.get()).equals(label);
    }

    /// The NUL at its end may be missing.
    private static String text(byte[] found) {
        var length = found.length > 0 && found[found.length - 1] == 0 ? found.length - 1 : found.length;
        return new String(Arrays.copyOf(found, length), StandardCharsets.ISO_8859_1);
    }

    /// Where the path led before its links were resolved is no longer of interest; where it leads now must be the same.
    private static Directory holder(Path path) throws ErrnoException {
        var above = Objects.requireNonNull(path.getParent(), "the root has no folder above it");
        var holder = Directory.open(above);
        if (!holder.path().equals(above)) {
            holder.close();
            throw new ErrnoException("relabel", path + ", whose folder has become a link", Errno.ELOOP);
        }
        return holder;
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }
}
