package dev.carafe.runtime;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Who looks for processes while another does shares one later look with all who wait: when a thousand commands lose
/// their clients at once, each of them would otherwise read the whole of `/proc`, and hold what it has read. What it
/// gives was read after the asking. Safe for all threads.
final class HostProcesses {
    private final Look look;
    private final ReentrantLock looking = new ReentrantLock();

    /// Kept only as long as others wait for it.
    private @Nullable Seen seen;

    HostProcesses(Look look) {
        this.look = look;
    }

    /// A way to read all processes.
    @FunctionalInterface
    interface Look {
        List<HostProcess> all() throws IOException;
    }

    /// @param begun by System.nanoTime
    private record Seen(long begun, List<HostProcess> processes) {
        Seen {
            processes = List.copyOf(processes);
        }
    }

    List<HostProcess> all() throws IOException {
        var asked = System.nanoTime();
        looking.lock();
        try {
            var last = seen;
            var answer = last != null && last.begun - asked >= 0 ? last : new Seen(System.nanoTime(), look.all());
            seen = looking.hasQueuedThreads() ? answer : null;
            return answer.processes;
        } finally {
            looking.unlock();
        }
    }
}
