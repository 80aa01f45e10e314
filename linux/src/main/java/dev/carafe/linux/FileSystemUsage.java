package dev.carafe.linux;

import java.nio.file.Path;

/// How full a file system is.
///
/// @param availableBytes to those without privileges
public record FileSystemUsage(long totalBytes, long availableBytes, long totalInodes, long freeInodes) {
    /// Of the file system that the file is on.
    public static FileSystemUsage of(Path path) throws ErrnoException {
        var statfs = StatFs.of(path);
        return new FileSystemUsage(
                statfs.blocks() * statfs.blockBytes(),
                statfs.availableBlocks() * statfs.blockBytes(),
                statfs.inodes(),
                statfs.freeInodes());
    }
}
