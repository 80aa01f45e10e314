package dev.carafe.linux;

import java.util.concurrent.locks.LockSupport;

/// A thread that is parked until a descriptor is ready or its time is over.
final class Waiter {
    private final Fd fd;
    private final Thread thread;
    private final long deadline;
    private volatile boolean ready;

    /// @param deadline of [System#nanoTime()]
    Waiter(Fd fd, Thread thread, long deadline) {
        this.fd = fd;
        this.thread = thread;
        this.deadline = deadline;
    }

    Fd fd() {
        return fd;
    }

    long deadline() {
        return deadline;
    }

    boolean isReady() {
        return ready;
    }

    boolean isLate() {
        return System.nanoTime() - deadline >= 0;
    }

    void wake() {
        ready = true;
        lookAtTime();
    }

    void lookAtTime() {
        LockSupport.unpark(thread);
    }
}
