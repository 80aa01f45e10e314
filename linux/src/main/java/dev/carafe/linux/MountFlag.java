package dev.carafe.linux;

import java.util.Set;

/// What a mount forbids.
public enum MountFlag {
    READ_ONLY(1),
    NO_SUID(2),
    NO_DEV(4),
    NO_EXEC(8);

    /// The same bits serve mount(2), fsmount(2) and mount_setattr(2).
    final int bit;

    MountFlag(int bit) {
        this.bit = bit;
    }

    static int bits(Set<MountFlag> flags) {
        return flags.stream().mapToInt(flag -> flag.bit).sum();
    }
}
