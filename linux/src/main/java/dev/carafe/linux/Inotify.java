package dev.carafe.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Names that appear in and vanish from folders, told by the kernel (inotify(7)). For one reader at a time; watches
/// may be added by any thread.
public final class Inotify implements AutoCloseable {
    private static final int IN_NONBLOCK_CLOEXEC = 02004000;
    private static final int IN_CLOSE_WRITE = 0x008;
    private static final int IN_MOVED_TO = 0x080;
    private static final int IN_CREATE = 0x100;
    private static final int IN_DELETE = 0x200;
    private static final int IN_MOVED_FROM = 0x040;
    private static final int IN_Q_OVERFLOW = 0x4000;
    private static final int IN_ONLYDIR = 0x01000000;

    private static final int HEADER_BYTES = 16;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Fd fd;
    private final Map<Integer, Path> folders = new ConcurrentHashMap<>();

    private Inotify(Fd fd) {
        this.fd = fd;
    }

    public static Inotify open() throws ErrnoException {
        try (var call = new Call()) {
            return new Inotify(new Fd((int) call.checked("", Syscall.INOTIFY_INIT1, IN_NONBLOCK_CLOEXEC)));
        }
    }

    /// From now on.
    public void watch(Path folder) throws ErrnoException {
        try (var call = new Call()) {
            var events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_ONLYDIR;
            var watch =
                    call.checked(folder.toString(), Syscall.INOTIFY_ADD_WATCH, fd.number(), call.path(folder), events);
            folders.put((int) watch, folder);
        }
    }

    /// What happened since the last call, waiting for the first; empty when the time was over.
    public List<Event> next(Duration timeout) throws IOException, InterruptedException {
        if (!Poller.shared().awaitReadable(fd, timeout)) {
            return List.of();
        }
        var bytes = new byte[BUFFER_BYTES];
        return parse(ByteBuffer.wrap(bytes, 0, fd.read(bytes, 0, bytes.length)).order(ByteOrder.nativeOrder()));
    }

    private List<Event> parse(ByteBuffer buffer) {
        var events = new ArrayList<Event>();
        while (buffer.remaining() >= HEADER_BYTES) {
            var watch = buffer.getInt();
            var mask = buffer.getInt();
            buffer.getInt();
            var name = new byte[buffer.getInt()];
            buffer.get(name);
            if ((mask & IN_Q_OVERFLOW) != 0) {
                events.add(new Event.Lost());
            } else if (name.length > 0) {
                events.add(event(folders.getOrDefault(watch, Path.of("")), mask, name));
            }
        }
        return events;
    }

    /// The name is padded with NULs.
    private static Event event(Path folder, int mask, byte[] name) {
        var length = 0;
        while (length < name.length && name[length] != 0) {
            length++;
        }
        var text = FileNames.decode(name, 0, length);
        if ((mask & (IN_DELETE | IN_MOVED_FROM)) != 0) {
            return new Event.Gone(folder, text);
        }
        return (mask & IN_CREATE) != 0 ? new Event.Created(folder, text) : new Event.Complete(folder, text);
    }

    @Override
    public void close() {
        fd.close();
    }

    /// What happened to a name in a watched folder.
    public sealed interface Event {
        /// It is there, perhaps without its content.
        record Created(Path folder, String name) implements Event {}

        /// It was written and closed, or moved here as a whole.
        record Complete(Path folder, String name) implements Event {}

        record Gone(Path folder, String name) implements Event {}

        /// The kernel dropped events: look at the folders themselves.
        record Lost() implements Event {}
    }
}
