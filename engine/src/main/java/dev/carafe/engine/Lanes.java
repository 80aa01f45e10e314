package dev.carafe.engine;

import java.time.Duration;

/// How much of each kind of work is under way at once. What ends things never waits for what makes them.
///
/// @param pulls of images, and what else fills the store
/// @param changes of containers that are there: starts, updates, removals
public record Lanes(Lane runs, Lane podEnds, Lane creates, Lane changes, Lane stops, Lane execs, Lane pulls) {
    /// Each takes processes, control groups and calls of plugins; more at once only make each slower.
    private static final int MAKING = 64;

    /// Mostly waiting for containers to end by themselves.
    private static final int ENDING = 1024;

    /// Each holds its output in memory, up to 16 MiB of each stream.
    private static final int COMMANDS = 256;

    /// Their layers and bytes have bounds of their own.
    private static final int PULLS = 64;

    /// What the kubelet waits for most calls, twice.
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /// Where a caller may choose how long it takes.
    private static final Duration LONG_PATIENCE = Duration.ofMinutes(15);

    static Lanes watchedBy(Watchdog watchdog) {
        return new Lanes(
                new Lane("run pod", MAKING, PATIENCE, watchdog),
                new Lane("end pod", ENDING, PATIENCE, watchdog),
                new Lane("create container", MAKING, PATIENCE, watchdog),
                new Lane("change container", ENDING, PATIENCE, watchdog),
                new Lane("stop container", ENDING, LONG_PATIENCE, watchdog),
                new Lane("run a command in container", COMMANDS, LONG_PATIENCE, watchdog),
                new Lane("store image", PULLS, LONG_PATIENCE, watchdog));
    }
}
