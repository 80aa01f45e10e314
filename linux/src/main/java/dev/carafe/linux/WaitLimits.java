package dev.carafe.linux;

import java.util.PriorityQueue;

/// When the thread that serves all waits has to wake for the next one whose time is over. A time that was set
/// stays when its wait has ended, so that of waits that follow one another only the first disturbs the thread.
/// Safe for all threads.
final class WaitLimits {
    private static final long NANOS_OF_MILLI = 1_000_000;

    private final PriorityQueue<Waiter> waiters =
            new PriorityQueue<>((a, b) -> Long.signum(a.deadline() - b.deadline()));

    /// No later than any of theirs.
    private long wakesAt;

    private boolean wakes;

    /// True where the thread would sleep for too long and has to be woken.
    synchronized boolean add(Waiter waiter) {
        waiters.add(waiter);
        if (wakes && waiter.deadline() - wakesAt >= 0) {
            return false;
        }
        wakeAt(waiter);
        return true;
    }

    synchronized void remove(Waiter waiter) {
        waiters.remove(waiter);
    }

    private void wakeAt(Waiter first) {
        wakesAt = first.deadline();
        wakes = true;
    }

    /// Wakes those whose time is over, and gives how many milliseconds may be slept; -1: for ever.
    synchronized int pass() {
        var now = System.nanoTime();
        var next = waiters.peek();
        while (next != null && next.deadline() - now <= 0) {
            waiters.remove();
            next.lookAtTime();
            next = waiters.peek();
        }
        wakes = wakes && wakesAt - now > 0;
        if (!wakes && next != null) {
            wakeAt(next);
        }
        return wakes ? millis(wakesAt - now) : -1;
    }

    /// Rounded up: who wakes early has to sleep again.
    private static int millis(long nanos) {
        return (int) Math.min((nanos + NANOS_OF_MILLI - 1) / NANOS_OF_MILLI, Integer.MAX_VALUE);
    }
}
