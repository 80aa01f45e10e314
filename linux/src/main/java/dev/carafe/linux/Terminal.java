package dev.carafe.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A pair of pseudo-terminals (pty(7)): what is written to the master is typed at the terminal, what its
/// programs print is read there. The terminal is raw: it passes every byte on, and a program that wants more
/// sets it up for itself. Safe for all threads.
public final class Terminal implements AutoCloseable {
    private static final int O_RDWR = 2;
    private static final int O_NOCTTY = 0400;
    private static final int O_CLOEXEC = 02000000;
    private static final int AT_FDCWD = -100;

    /// asm-generic's ioctls, which x86_64 and aarch64 share.
    private static final long TIOCSPTLCK = 0x40045431L;

    private static final long TIOCGPTN = 0x80045430L;
    private static final long TIOCGPTPEER = 0x5441L;
    private static final long TIOCSWINSZ = 0x5414L;

    /// OPOST and ONLCR. runc's exec takes new lines off its own terminal's hands and relies on ours; crun's does the
    /// opposite, and takes it off ours.
    private static final int NEW_LINES = 0000001 | 0000004;

    private static final int WINSIZE_BYTES = 8;

    private static final int O_NONBLOCK = 04000;
    private static final int O_PATH = 010000000;

    /// S_IFMT and S_IFCHR.
    private static final int TYPE = 0170000;

    private static final int CHARACTER_DEVICE = 0020000;

    /// Of pseudo-terminals (the kernel's devices.txt).
    private static final int FIRST_MAJOR = 136;

    private static final int LAST_MAJOR = 143;

    private final Fd master;
    private final Fd own;
    private final String path;

    private Terminal(Fd master, Fd own, String path) {
        this.master = master;
        this.own = own;
        this.path = path;
    }

    public static Terminal open() throws ErrnoException {
        try (var call = new Call()) {
            var flags = O_RDWR | O_NOCTTY | O_CLOEXEC;
            var multiplexer = call.string("/dev/ptmx");
            var master = new Fd((int) call.checked("/dev/ptmx", Syscall.OPENAT, AT_FDCWD, multiplexer, flags, 0));
            try {
                var number = call.allocate(Integer.BYTES);
                ioctl(call, master, TIOCSPTLCK, number.address());
                ioctl(call, master, TIOCGPTN, number.address());
                var own = new Fd((int) ioctl(call, master, TIOCGPTPEER, flags));
                makeRaw(call, own);
                return new Terminal(master, own, "/dev/pts/" + number.get(Call.INT, 0));
            } catch (ErrnoException | RuntimeException e) {
                master.close();
                throw e;
            }
        }
    }

    private static long ioctl(Call call, Fd fd, long request, long argument) throws ErrnoException {
        return call.checked("terminal", Syscall.IOCTL, fd.openNumber(), request, argument);
    }

    /// As cfmakeraw(3) does, but for new lines.
    private static void makeRaw(Call call, Fd terminal) throws ErrnoException {
        var rules = Termios.read(call, "terminal", terminal.openNumber());
        rules.set(Termios.INPUT, 0);
        rules.set(Termios.OUTPUT, NEW_LINES);
        rules.set(Termios.LOCAL, 0);
        rules.passBytes();
        rules.write(call, "terminal", terminal.openNumber());
    }

    /// Reading fails with EIO when no program has the terminal open any more.
    public Fd master() {
        return master;
    }

    String path() {
        return path;
    }

    /// To be called once the child has been started that uses it: until then it must not look abandoned.
    public void leaveToChild() {
        own.close();
    }

    /// Its foreground processes get SIGWINCH.
    public void resize(int rows, int columns) throws IOException {
        if (!master.hold()) {
            return;
        }
        try (var call = new Call()) {
            resize(call, master, rows, columns);
        } finally {
            master.leave();
        }
    }

    /// Sets the size of a terminal that another process has open, if that is what its descriptor is.
    ///
    /// @param descriptor a link below /proc/PID/fd
    public static void resize(Path descriptor, int rows, int columns) throws IOException {
        try (var call = new Call()) {
            var pinned = (int) call.checked(
                    descriptor.toString(), Syscall.OPENAT, AT_FDCWD, call.path(descriptor), O_PATH | O_CLOEXEC, 0);
            try (var pin = new Fd(pinned)) {
                var again = Path.of("/proc/self/fd/" + pin.number());
                // Not opened before this is known: opening a device may do something.
                if (!isTerminal(again)) {
                    return;
                }
                var flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
                var number = call.checked(again.toString(), Syscall.OPENAT, AT_FDCWD, call.path(again), flags, 0);
                try (var terminal = new Fd((int) number)) {
                    resize(call, terminal, rows, columns);
                }
            }
        }
    }

    private static boolean isTerminal(Path file) throws IOException {
        var type = (int) Files.getAttribute(file, "unix:mode") & TYPE;
        var major = ((long) Files.getAttribute(file, "unix:rdev") >> 8) & 0xFFF;
        return type == CHARACTER_DEVICE && major >= FIRST_MAJOR && major <= LAST_MAJOR;
    }

    private static void resize(Call call, Fd terminal, int rows, int columns) throws ErrnoException {
        var size = call.allocate(WINSIZE_BYTES);
        size.set(Call.SHORT, 0, (short) rows);
        size.set(Call.SHORT, Short.BYTES, (short) columns);
        call.checked("terminal", Syscall.IOCTL, terminal.number(), TIOCSWINSZ, size.address());
    }

    /// Hangs up (SIGHUP) whoever still uses it. Idempotent.
    @Override
    public void close() {
        own.close();
        master.close();
    }
}
