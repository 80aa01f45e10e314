package dev.carafe.runtime;

import dev.carafe.linux.Fd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// What a monitor is asked through its control FIFO, a line each: TYPE HEIGHT WIDTH. conmon (2.1.6) hands sizes on to
/// itself through another FIFO, and of several lines in either heeds the first alone, as often as there are lines. So
/// each is written once nothing is in them any more. Safe for all threads.
final class MonitorControl {
    /// A monitor that reads nothing for so long hangs, and has the request when it goes on.
    private static final Duration READ_WITHIN = Duration.ofSeconds(2);

    private static final Duration LOOKED_AT_EVERY = Duration.ofMillis(2);

    private static final IdLocks LOCKS = new IdLocks();

    private MonitorControl() {}

    static void resize(ContainerFiles files, StreamPeer.WindowSize size) throws IOException, InterruptedException {
        send(files, "1 " + size.rows() + " " + size.columns());
    }

    static void reopenLog(ContainerFiles files) throws IOException, InterruptedException {
        send(files, "2 0 0");
    }

    private static void send(ContainerFiles files, String request) throws IOException, InterruptedException {
        var lock = LOCKS.of(files);
        lock.lockInterruptibly();
        try (var control = Fd.openFifo(files.control());
                var sizes = Fd.openFifo(files.windowSizes())) {
            var deadline = Deadline.in(READ_WITHIN);
            // Looked at twice, since a size may be on its way from one to the other.
            for (var empty = 0; empty < 2 && !deadline.isOver(); ) {
                empty = control.unread() + sizes.unread() == 0 ? empty + 1 : 0;
                Thread.sleep(LOOKED_AT_EVERY);
            }
            control.write((request + "\n").getBytes(StandardCharsets.US_ASCII));
        } finally {
            lock.unlock();
        }
    }
}
