package dev.carafe.linux;

import java.lang.foreign.MemorySegment;
import java.time.Instant;

/// `struct statx` (statx(2)), the same on all architectures.
final class Statx {
    static final int BYTES = 256;
    /// STATX_BASIC_STATS.
    static final int BASIC = 0x7ff;

    /// STATX_MNT_ID (Linux 5.8).
    static final int MOUNT_ID = 0x1000;

    /// Set where the file is the root of a mount (Linux 5.8).
    private static final long MOUNT_ROOT = 0x2000;

    private Statx() {}

    static FileStatus status(MemorySegment statx) {
        var mode = statx.get(Call.SHORT, 28) & 0xffff;
        return new FileStatus(
                FileType.of(mode),
                mode & 07777,
                statx.get(Call.INT, 20),
                statx.get(Call.INT, 24),
                statx.get(Call.LONG, 40),
                statx.get(Call.LONG, 32),
                statx.get(Call.INT, 16),
                Instant.ofEpochSecond(statx.get(Call.LONG, 112), statx.get(Call.INT, 120)),
                statx.get(Call.INT, 128),
                statx.get(Call.INT, 132));
    }

    /// Where [#MOUNT_ID] was asked for: as in `/proc/self/mountinfo`.
    static long mountId(MemorySegment statx) {
        return statx.get(Call.LONG, 0x90);
    }

    static boolean isMountRoot(MemorySegment statx) {
        return (statx.get(Call.LONG, 8) & MOUNT_ROOT) != 0;
    }
}
