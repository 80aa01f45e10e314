package dev.carafe.linux;

import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// One platform thread with epoll for the whole process: threads park until their descriptor is ready, their time is
/// over or the descriptor is closed. Virtual threads that wait hold no carrier.
public final class Poller {
    private static final int EPOLL_CLOEXEC = 02000000;
    private static final int CTL_ADD = 1;
    private static final int CTL_DEL = 2;
    private static final int EPOLLIN = 0x001;
    private static final int EPOLLOUT = 0x004;
    private static final int EPOLLONESHOT = 1 << 30;

    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int EVENTS_AT_ONCE = 64;

    /// Who waits for so long waits for ever.
    private static final Duration UNLIMITED = Duration.ofDays(365);

    /// `struct epoll_event` is packed on x86_64 only (epoll_ctl(2)).
    private static final int DATA_OFFSET = Syscall.Host.AARCH64 ? 8 : 4;

    private static final int EVENT_BYTES = DATA_OFFSET + Long.BYTES;

    private final int epoll;
    private final AtomicLong tokens = new AtomicLong();
    private final ConcurrentHashMap<Long, Waiter> waiters = new ConcurrentHashMap<>();

    private Poller() {
        try (var call = new Call()) {
            epoll = (int) call.checked("", Syscall.EPOLL_CREATE1, EPOLL_CLOEXEC);
        } catch (ErrnoException e) {
            throw new IllegalStateException(e);
        }
        Thread.ofPlatform().name("poller").daemon().start(this::run);
    }

    private static final class Shared {
        private static final Poller INSTANCE = new Poller();
    }

    public static Poller shared() {
        return Shared.INSTANCE;
    }

    /// False when the time was over first. Ready also means: its other end is closed, or it was closed itself.
    public boolean awaitReadable(Fd fd, Duration timeout) throws ErrnoException, InterruptedException {
        return await(fd, EPOLLIN, timeout);
    }

    public boolean awaitWritable(Fd fd, Duration timeout) throws ErrnoException, InterruptedException {
        return await(fd, EPOLLOUT, timeout);
    }

    private boolean await(Fd fd, int events, Duration timeout) throws ErrnoException, InterruptedException {
        if (!fd.hold()) {
            return true;
        }
        try {
            return await(new Waiter(fd, Thread.currentThread()), events, timeout);
        } finally {
            fd.leave();
        }
    }

    private boolean await(Waiter waiter, int events, Duration timeout) throws ErrnoException, InterruptedException {
        // A timer for each wait would cost a stream more than its wait.
        var isUnlimited = timeout.compareTo(UNLIMITED) >= 0;
        var deadline = System.nanoTime() + Math.min(timeout.toNanos(), Long.MAX_VALUE / 4);
        var token = tokens.incrementAndGet();
        waiters.put(token, waiter);
        var watched = -1;
        try {
            watched = watch(waiter, token, events);
            // Closed before it was in the map, so that nobody woke us.
            while (!waiter.ready && !waiter.fd.isClosed()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (isUnlimited) {
                    LockSupport.park(this);
                    continue;
                }
                var left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
            }
            return true;
        } finally {
            waiters.remove(token);
            unwatch(watched, waiter.fd.number());
        }
    }

    /// Gives the number that is watched: the descriptor's own, a copy of it where another thread waits on it too, or
    /// -1 for a regular file, which is always ready.
    private int watch(Waiter waiter, long token, int events) throws ErrnoException {
        var number = waiter.fd.number();
        try (var call = new Call()) {
            var event = call.allocate(EVENT_BYTES);
            event.set(Call.INT, 0, events | EPOLLONESHOT);
            event.set(Call.LONG, DATA_OFFSET, token);
            if (call.tried(Syscall.EPOLL_CTL, epoll, CTL_ADD, number, event.address(), 0, 0) == 0) {
                return number;
            }
            switch (call.errno()) {
                case Errno.EPERM -> {
                    waiter.wake();
                    return -1;
                }
                case Errno.EEXIST -> {
                    var copy = (int) call.checked("fd " + number, Syscall.FCNTL, number, F_DUPFD_CLOEXEC, 0);
                    call.checked("fd " + copy, Syscall.EPOLL_CTL, epoll, CTL_ADD, copy, event.address());
                    return copy;
                }
                default -> throw call.failure(Syscall.EPOLL_CTL, "fd " + number);
            }
        }
    }

    private void unwatch(int watched, int number) {
        if (watched < 0) {
            return;
        }
        try (var call = new Call()) {
            call.tried(Syscall.EPOLL_CTL, epoll, CTL_DEL, watched, 0, 0, 0);
            if (watched != number) {
                call.tried(Syscall.CLOSE, watched, 0, 0);
            }
        }
    }

    /// Lets those who wait on the descriptor see that it was closed.
    void wake(Fd fd) {
        for (var waiter : waiters.values()) {
            if (waiter.fd == fd) {
                waiter.wake();
            }
        }
    }

    private void run() {
        try (var arena = Arena.ofConfined()) {
            var events = arena.allocate((long) EVENT_BYTES * EVENTS_AT_ONCE);
            while (true) {
                try (var call = new Call()) {
                    var count = call.tried(Syscall.EPOLL_PWAIT, epoll, events.address(), EVENTS_AT_ONCE, -1, 0, 8);
                    for (var i = 0; i < count; i++) {
                        var waiter = waiters.get(events.get(Call.LONG, (long) i * EVENT_BYTES + DATA_OFFSET));
                        if (waiter != null) {
                            waiter.wake();
                        }
                    }
                }
            }
        }
    }

    private static final class Waiter {
        private final Fd fd;
        private final Thread thread;
        private volatile boolean ready;

        Waiter(Fd fd, Thread thread) {
            this.fd = fd;
            this.thread = thread;
        }

        void wake() {
            ready = true;
            LockSupport.unpark(thread);
        }
    }
}
