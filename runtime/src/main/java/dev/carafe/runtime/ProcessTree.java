package dev.carafe.runtime;

import dev.carafe.linux.Pidfd;
import dev.carafe.linux.Signals;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The processes that one of ours has brought into being, a runtime's `exec` or a monitor: its descendants, and all
/// that are in a session which it or one of them has led. What has left both its parents and its session is a
/// daemon of the container. For one thread.
final class ProcessTree {
    private static final Duration KILLED_WITHIN = Duration.ofSeconds(10);

    /// They may fork while they are killed; each round kills what is there.
    private static final int ROUNDS = 64;

    /// What the kernel shows for a session that was not begun in our PID namespace.
    private static final int OUTSIDE = 0;

    private final int root;
    private final Set<Integer> sessions = new HashSet<>();

    /// @param root leads a session of its own; is not itself counted as one of the tree
    ProcessTree(int root) {
        this.root = root;
        sessions.add(root);
    }

    boolean hasChildren() throws IOException {
        return HostProcess.all().stream().anyMatch(process -> process.isAlive() && process.parent() == root);
    }

    /// Returns when all have ended.
    void kill() throws IOException, InterruptedException {
        for (var round = 0; round < ROUNDS; round++) {
            var living = living();
            if (living.isEmpty()) {
                return;
            }
            kill(living);
        }
        throw new IOException("the processes of " + root + " fork faster than they can be killed");
    }

    private List<HostProcess> living() throws IOException {
        var all = HostProcess.all();
        var family = new HashSet<Integer>();
        for (var before = -1; before != family.size() + sessions.size(); ) {
            before = family.size() + sessions.size();
            for (var process : all) {
                if (process.pid() != root && isRelated(process, family)) {
                    family.add(process.pid());
                    if (process.session() != OUTSIDE) {
                        sessions.add(process.session());
                    }
                }
            }
        }
        return all.stream()
                .filter(process -> process.isAlive() && family.contains(process.pid()))
                .toList();
    }

    private boolean isRelated(HostProcess process, Set<Integer> family) {
        return process.parent() == root || family.contains(process.parent()) || sessions.contains(process.session());
    }

    private static void kill(List<HostProcess> processes) throws IOException, InterruptedException {
        var signaled = new ArrayList<Pidfd>();
        try {
            for (var process : processes) {
                open(process).ifPresent(signaled::add);
            }
            for (var pidfd : signaled) {
                pidfd.signal(Signals.KILL);
            }
            for (var pidfd : signaled) {
                if (!pidfd.awaitExit(KILLED_WITHIN)) {
                    throw new IOException("process " + pidfd.pid() + " did not end within " + KILLED_WITHIN.toSeconds()
                            + " s of SIGKILL");
                }
            }
        } finally {
            signaled.forEach(Pidfd::close);
        }
    }

    /// The pid may have been given to another process since the list was made.
    private static Optional<Pidfd> open(HostProcess process) throws IOException {
        var found = Pidfd.open(process.pid());
        if (found.isPresent()
                && HostProcess.read(process.pid()).filter(process::isSame).isEmpty()) {
            found.get().close();
            return Optional.empty();
        }
        return found;
    }
}
