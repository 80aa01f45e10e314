package dev.carafe.linux;

import java.nio.file.Path;

/// `struct statfs` (statfs(2)) of 64-bit Linux.
///
/// @param type the file system's magic number
record StatFs(long type, long blockBytes, long blocks, long availableBlocks, long inodes, long freeInodes) {
    private static final int BYTES = 120;

    /// ENOENT when there is no such file.
    static StatFs of(Path path) throws ErrnoException {
        try (var call = new Call()) {
            var statfs = call.allocate(BYTES);
            call.checked(path.toString(), Syscall.STATFS, call.path(path), statfs.address());
            return new StatFs(
                    statfs.get(Call.LONG, 0),
                    statfs.get(Call.LONG, 72),
                    statfs.get(Call.LONG, 16),
                    statfs.get(Call.LONG, 32),
                    statfs.get(Call.LONG, 40),
                    statfs.get(Call.LONG, 48));
        }
    }
}
