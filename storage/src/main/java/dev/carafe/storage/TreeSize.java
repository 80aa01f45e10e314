package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.FileStatus;
import dev.carafe.linux.FileType;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/// Counts a tree by walking it, one lstat(2) a file, with two folders open at most however deep it is. What
/// vanishes meanwhile is not counted. For one thread.
final class TreeSize {
    /// Beyond it the count stays where it is: a hostile container must not keep the daemon walking.
    private static final long MAXIMUM_FILES = 20_000_000;
    /// A path the kernel takes at once; deeper folders are counted but not entered.
    private static final int MAXIMUM_PATH = 4000;

    private final Set<Long> linked = new HashSet<>();
    private final ArrayDeque<String> toWalk = new ArrayDeque<>();
    private long bytes;
    private long inodes = 1;

    private TreeSize() {}

    /// The content of its regular files and its inodes, itself included. Hard-linked files count once.
    static LayerInfo of(Directory root) throws IOException {
        var size = new TreeSize();
        size.files(root, "");
        while (!size.toWalk.isEmpty() && size.inodes < MAXIMUM_FILES) {
            size.enter(root, size.toWalk.removeLast());
        }
        return new LayerInfo(size.bytes, size.inodes);
    }

    private void enter(Directory root, String path) throws IOException {
        try (var directory = root.directory(path)) {
            files(directory, path + "/");
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR)) {
                throw e;
            }
        }
    }

    private void files(Directory directory, String prefix) throws IOException {
        for (var name : directory.names()) {
            var status = directory.status(name);
            if (status.isPresent() && isNew(status.get())) {
                count(status.get(), prefix + name);
            }
        }
    }

    private void count(FileStatus status, String path) {
        inodes++;
        if (status.type() == FileType.REGULAR) {
            bytes += status.size();
        } else if (status.type() == FileType.DIRECTORY && path.length() < MAXIMUM_PATH) {
            toWalk.add(path);
        }
    }

    private boolean isNew(FileStatus status) {
        return status.type() == FileType.DIRECTORY || status.links() == 1 || linked.add(status.inode());
    }
}
