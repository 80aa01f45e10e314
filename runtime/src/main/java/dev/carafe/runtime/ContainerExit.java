package dev.carafe.runtime;

import java.time.Instant;

/// How a container's first process ended.
///
/// @param exitCode its own, or 128 and the number of the signal that ended it; [#UNSEEN_CODE] where nobody saw it
/// @param at when its monitor noticed the end
/// @param oomKilled it was killed because its memory was used up
/// @param seen false: its monitor was gone before it, so the code is not its own. Such a container is told only
///     once its first process has ended; where it still ran it was killed, since nobody reads what it writes and
///     nobody would learn its end
public record ContainerExit(String id, int exitCode, Instant at, boolean oomKilled, boolean seen) {
    /// What the kubelet itself gives to a container whose end nobody saw: as if killed.
    public static final int UNSEEN_CODE = 137;

    public static ContainerExit unseen(String id, Instant at) {
        return new ContainerExit(id, UNSEEN_CODE, at, false, false);
    }
}
