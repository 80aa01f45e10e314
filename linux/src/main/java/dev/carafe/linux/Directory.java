package dev.carafe.linux;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A directory held open.
@SuppressWarnings({"DoNotCallSuggester", "unused", "UnusedVariable"})
public final class Directory implements AutoCloseable {
    Directory() {}

    public static Directory open(Path path) throws ErrnoException {
        throw Unwritten.yet();
    }

    public Directory directory(String path) throws ErrnoException {
        throw Unwritten.yet();
    }

    public Fd create(String name, int mode) throws ErrnoException {
        throw Unwritten.yet();
    }

    public Fd openFile(String path) throws ErrnoException {
        throw Unwritten.yet();
    }

    public void mkdir(String name, int mode) throws ErrnoException {
        throw Unwritten.yet();
    }

    public void symlink(String target, String name) throws ErrnoException {
        throw Unwritten.yet();
    }

    public void link(Directory from, String fromName, String name) throws ErrnoException {
        throw Unwritten.yet();
    }

    public void mknod(String name, int modeWithType, int major, int minor) throws ErrnoException {
        throw Unwritten.yet();
    }

    public void rename(String name, Directory to, String newName) throws ErrnoException {
        throw Unwritten.yet();
    }

    public void unlink(String name) throws ErrnoException {
        throw Unwritten.yet();
    }

    public void removeTree(String name) throws ErrnoException {
        throw Unwritten.yet();
    }

    public Optional<FileStatus> status(String name) throws ErrnoException {
        throw Unwritten.yet();
    }
    /// Of this directory itself.
    public FileStatus status() throws ErrnoException {
        throw Unwritten.yet();
    }

    public List<String> names() throws ErrnoException {
        throw Unwritten.yet();
    }

    public void own(String name, int uid, int gid) throws ErrnoException {
        throw Unwritten.yet();
    }

    public void mode(String name, int mode) throws ErrnoException {
        throw Unwritten.yet();
    }

    public void times(String name, Instant accessed, Instant modified) throws ErrnoException {
        throw Unwritten.yet();
    }

    public void xattr(String name, String key, byte[] value) throws ErrnoException {
        throw Unwritten.yet();
    }

    public Map<String, byte[]> xattrs(String name) throws ErrnoException {
        throw Unwritten.yet();
    }

    public String readlink(String name) throws ErrnoException {
        throw Unwritten.yet();
    }

    @Override
    public void close() {}
}
