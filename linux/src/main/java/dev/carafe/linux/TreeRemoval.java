package dev.carafe.linux;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.UUID;

/// Deletes one tree with a bounded number of descriptors, however deep it is: what lies too deep is moved up to the
/// tree's top first. For one thread.
final class TreeRemoval {
    /// Directories held open at once.
    private static final int MAXIMUM_DEPTH = 64;

    /// A directory that is not empty when it should be is read again; whoever keeps filling it wins at last.
    private static final int ROUNDS = 16;

    private final Directory holder;
    private final ArrayDeque<Level> open = new ArrayDeque<>();

    TreeRemoval(Directory holder) {
        this.holder = holder;
    }

    void run(String name) throws ErrnoException {
        try {
            remove(holder, name);
            while (!open.isEmpty()) {
                step(open.element());
            }
        } finally {
            open.forEach(level -> level.directory.close());
        }
    }

    /// A file goes at once, a directory becomes the next level.
    private void remove(Directory parent, String name) throws ErrnoException {
        try {
            parent.unlink(name);
        } catch (ErrnoException e) {
            switch (e.errno()) {
                case Errno.ENOENT -> {}
                case Errno.EISDIR -> enter(parent, name);
                default -> throw e;
            }
        }
    }

    private void enter(Directory parent, String name) throws ErrnoException {
        if (open.size() == MAXIMUM_DEPTH) {
            var top = open.getLast();
            parent.rename(name, top.directory, ".removing-" + UUID.randomUUID());
            top.rounds = 0;
            return;
        }
        try {
            open.push(new Level(parent.ownDirectory(name), name));
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    private void step(Level level) throws ErrnoException {
        if (level.left.hasNext()) {
            remove(level.directory, level.left.next());
            return;
        }
        open.pop();
        try (var _ = level.directory) {
            (open.isEmpty() ? holder : open.element().directory).rmdir(level.name);
        } catch (ErrnoException e) {
            switch (e.errno()) {
                case Errno.ENOENT -> {}
                case Errno.ENOTEMPTY -> again(level, e);
                default -> throw e;
            }
        }
    }

    private void again(Level level, ErrnoException notEmpty) throws ErrnoException {
        if (level.rounds == ROUNDS) {
            throw notEmpty;
        }
        var parent = open.isEmpty() ? holder : open.element().directory;
        var next = new Level(parent.ownDirectory(level.name), level.name);
        next.rounds = level.rounds + 1;
        open.push(next);
    }

    private static final class Level {
        private final Directory directory;
        private final String name;
        private final Iterator<String> left;
        private int rounds;

        Level(Directory directory, String name) throws ErrnoException {
            this.directory = directory;
            this.name = name;
            this.left = directory.names().iterator();
        }
    }
}
