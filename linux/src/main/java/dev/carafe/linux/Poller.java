package dev.carafe.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
    private static final int EPOLLET = 1 << 31;
    private static final int EFD_CLOEXEC = 02000000;
    private static final int EFD_NONBLOCK = 04000;

    /// The token of [#disturb()], on which nobody waits.
    private static final long DISTURBANCE = 0;

    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int EVENTS_AT_ONCE = 64;

    /// Who waits for so long waits for ever.
    private static final Duration UNLIMITED = Duration.ofDays(365);

    /// `struct epoll_event` is packed on x86_64 only (epoll_ctl(2)).
    private static final int DATA_OFFSET = Syscall.Host.AARCH64 ? 8 : 4;

    private static final int EVENT_BYTES = DATA_OFFSET + Long.BYTES;

    private final int epoll;
    private final int disturbances;
    private final AtomicLong tokens = new AtomicLong(DISTURBANCE);
    private final WaitLimits limits = new WaitLimits();
    private final ConcurrentHashMap<Long, Waiter> waiters = new ConcurrentHashMap<>();

    private Poller() {
        try (var call = new Call()) {
            epoll = (int) call.checked("", Syscall.EPOLL_CREATE1, EPOLL_CLOEXEC);
            disturbances = (int) call.checked("", Syscall.EVENTFD2, 0, EFD_CLOEXEC | EFD_NONBLOCK);
            var event = event(call, EPOLLIN | EPOLLET, DISTURBANCE);
            call.checked("", Syscall.EPOLL_CTL, epoll, CTL_ADD, disturbances, event.address());
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
            var deadline = System.nanoTime() + Math.min(timeout.toNanos(), Long.MAX_VALUE / 4);
            var waiter = new Waiter(fd, Thread.currentThread(), deadline);
            // To be among the limits would cost a stream more than its wait.
            return timeout.compareTo(UNLIMITED) >= 0 ? await(waiter, events) : awaitLimited(waiter, events);
        } finally {
            fd.leave();
        }
    }

    private boolean awaitLimited(Waiter waiter, int events) throws ErrnoException, InterruptedException {
        if (limits.add(waiter)) {
            disturb();
        }
        try {
            return await(waiter, events);
        } finally {
            limits.remove(waiter);
        }
    }

    private boolean await(Waiter waiter, int events) throws ErrnoException, InterruptedException {
        var token = tokens.incrementAndGet();
        waiters.put(token, waiter);
        var watched = -1;
        try {
            watched = watch(waiter, token, events);
            // Closed before it was in the map, so that nobody woke us.
            while (!waiter.isReady() && !waiter.fd().isClosed()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (waiter.isLate()) {
                    return false;
                }
                LockSupport.park(this);
            }
            return true;
        } finally {
            waiters.remove(token);
            unwatch(watched, waiter.fd().number());
        }
    }

    /// Gives the number that is watched: the descriptor's own, a copy of it where another thread waits on it too, or
    /// -1 for a regular file, which is always ready.
    private int watch(Waiter waiter, long token, int events) throws ErrnoException {
        var number = waiter.fd().number();
        try (var call = new Call()) {
            var event = event(call, events | EPOLLONESHOT, token);
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

    private static MemorySegment event(Call call, int events, long token) {
        var event = call.allocate(EVENT_BYTES);
        event.set(Call.INT, 0, events);
        event.set(Call.LONG, DATA_OFFSET, token);
        return event;
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
            if (waiter.fd() == fd) {
                waiter.wake();
            }
        }
    }

    /// Lets the thread look at the limits again.
    private void disturb() {
        try (var call = new Call()) {
            var one = call.allocate(Long.BYTES);
            one.set(Call.LONG, 0, 1);
            call.tried(Syscall.WRITE, disturbances, one.address(), Long.BYTES);
        }
    }

    private void run() {
        try (var arena = Arena.ofConfined()) {
            var events = arena.allocate((long) EVENT_BYTES * EVENTS_AT_ONCE);
            while (true) {
                var sleep = limits.pass();
                try (var call = new Call()) {
                    var count = call.tried(Syscall.EPOLL_PWAIT, epoll, events.address(), EVENTS_AT_ONCE, sleep, 0, 8);
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
}
