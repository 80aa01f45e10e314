package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.FileStatus;
import dev.carafe.linux.FileType;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Set;

/// Shows all that is in a tree, each directory before what it holds, at one lstat(2) a file and with two folders
/// open at most however deep it is. For one thread, whose interrupt ends it.
final class TreeWalk {
    /// What a tree that changes meanwhile, or that a hostile container made, may answer.
    private static final Set<Integer> TOLERATED = Set.of(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.ENAMETOOLONG);

    private final Directory root;
    private final boolean isTolerant;
    private final Visitor visitor;
    private final ArrayDeque<String> todo = new ArrayDeque<>();

    @FunctionalInterface
    interface Visitor {
        /// @param holder lent, with the file in it
        /// @param path below the walk's root
        /// @return for a directory, whether to walk it too
        boolean visit(Directory holder, String path, String name, FileStatus status) throws IOException;
    }

    private TreeWalk(Directory root, boolean isTolerant, Visitor visitor) {
        this.root = root;
        this.isTolerant = isTolerant;
        this.visitor = visitor;
    }

    /// Of a tree that nobody changes.
    static void walk(Directory root, Visitor visitor) throws IOException {
        walk(root, "", visitor);
    }

    /// Of what is in one directory of such a tree.
    static void walk(Directory root, String path, Visitor visitor) throws IOException {
        new TreeWalk(root, false, visitor).run(path);
    }

    /// What vanishes meanwhile, or is out of reach, is left out.
    static void walkChanging(Directory root, Visitor visitor) throws IOException {
        new TreeWalk(root, true, visitor).run("");
    }

    private void run(String from) throws IOException {
        todo.add(from);
        while (!todo.isEmpty()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while walking files");
            }
            var path = todo.removeLast();
            try (var directory = root.directory(path)) {
                visitAll(directory, path.isEmpty() ? "" : path + "/");
            } catch (ErrnoException e) {
                if (!isTolerant || !TOLERATED.contains(e.errno())) {
                    throw e;
                }
            }
        }
    }

    private void visitAll(Directory directory, String prefix) throws IOException {
        for (var name : directory.names()) {
            var status = directory.status(name);
            if (status.isEmpty()) {
                continue;
            }
            var path = prefix + name;
            var isToWalk = visitor.visit(directory, path, name, status.get());
            if (isToWalk && status.get().type() == FileType.DIRECTORY) {
                todo.add(path);
            }
        }
    }
}
