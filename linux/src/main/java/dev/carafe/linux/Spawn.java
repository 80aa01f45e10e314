package dev.carafe.linux;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A program to start through posix_spawn(3), which costs half of what ProcessBuilder does and can pass descriptors.
/// In the child all signals have their defaults, none is blocked, and every descriptor that is not named here is
/// closed. The child leads a process group of its own. Not safe for several threads; [#start()] may be called more
/// than once.
public final class Spawn {
    /// How long outputs are drained after the program ended, when something that it started keeps them open.
    private static final Duration DRAIN = Duration.ofSeconds(1);

    private static final Duration KILLED_WITHIN = Duration.ofSeconds(30);

    private final Path program;
    private final List<String> arguments;
    private Map<String, String> environment = Map.of();
    private @Nullable Path workingDirectory;
    private boolean newSession;
    private String standard = "/dev/null";
    private final TreeMap<Integer, Fd> descriptors = new TreeMap<>();

    private Spawn(Path program, List<String> arguments) {
        this.program = program;
        this.arguments = List.copyOf(arguments);
    }

    /// The arguments without the program's own name.
    public static Spawn of(Path program, List<String> arguments) {
        return new Spawn(program, arguments);
    }

    /// All of it; nothing is inherited.
    public Spawn environment(Map<String, String> variables) {
        environment = Map.copyOf(variables);
        return this;
    }

    public Spawn workingDirectory(Path folder) {
        workingDirectory = folder;
        return this;
    }

    /// Where it is not given, standard input, output and error are /dev/null.
    public Spawn stdin(Fd fd) {
        return put(0, fd);
    }

    public Spawn stdout(Fd fd) {
        return put(1, fd);
    }

    public Spawn stderr(Fd fd) {
        return put(2, fd);
    }

    /// A further descriptor, under the number `target`, from 3 up without a gap.
    public Spawn pass(int target, Fd fd) {
        return put(target, fd);
    }

    private Spawn put(int target, Fd fd) {
        descriptors.put(target, fd);
        return this;
    }

    /// The child leads a session too (setsid(2)): no terminal's signals reach it.
    public Spawn newSession() {
        newSession = true;
        return this;
    }

    /// The child leads a session whose terminal this is; its standard streams are the terminal where they are
    /// not given.
    public Spawn terminal(Terminal terminal) {
        standard = terminal.path();
        return newSession();
    }

    public Child start() throws ErrnoException {
        try (var arena = Arena.ofConfined();
                var native_ = new PosixSpawn(arena)) {
            var spare = descriptors.isEmpty() ? 3 : descriptors.lastKey() + 3;
            for (var source : descriptors.values()) {
                spare = Math.max(spare, source.number() + 1);
            }
            // Out of the way first: a source may stand where another's target is.
            var parked = new TreeMap<Integer, Integer>();
            for (var entry : descriptors.entrySet()) {
                native_.duplicate(entry.getValue().number(), spare);
                parked.put(entry.getKey(), spare++);
            }
            for (var target = 0; target <= 2; target++) {
                if (!descriptors.containsKey(target)) {
                    native_.open(target, standard);
                }
            }
            parked.forEach((target, number) -> native_.duplicate(number, target));
            native_.closeFrom(Math.max(3, parked.isEmpty() ? 3 : parked.lastKey() + 1));
            if (workingDirectory != null) {
                native_.changeDirectory(workingDirectory);
            }
            var argv = new ArrayList<String>();
            argv.add(program.toString());
            argv.addAll(arguments);
            var pid = native_.spawn(program, argv, environmentStrings(), newSession);
            return new Child(
                    Pidfd.open(pid).orElseThrow(() -> new IllegalStateException("our child " + pid + " was reaped")));
        }
    }

    private List<String> environmentStrings() {
        var strings = new ArrayList<String>();
        environment.forEach((name, value) -> strings.add(name + "=" + value));
        return strings;
    }

    /// Runs to the end: feeds stdin, collects both outputs up to the bound and drops what comes beyond, kills the
    /// process group when the time is over. Standard streams that were set before are replaced.
    ///
    /// @param maxOutputBytes for each of the two outputs
    public Output run(byte[] stdin, Duration timeout, int maxOutputBytes) throws IOException, InterruptedException {
        try (var in = Pipe.open();
                var out = Pipe.open();
                var err = Pipe.open()) {
            stdin(in.read()).stdout(out.write()).stderr(err.write());
            try (var child = start()) {
                in.read().close();
                out.write().close();
                err.write().close();
                var feeder = Thread.ofVirtual().start(() -> feed(in.write(), stdin));
                var output = new Collected(out.read(), maxOutputBytes);
                var errors = new Collected(err.read(), maxOutputBytes);
                try {
                    return collect(child, timeout, output, errors);
                } finally {
                    in.write().close();
                    feeder.join();
                }
            }
        }
    }

    private static Output collect(Child child, Duration timeout, Collected output, Collected errors)
            throws IOException, InterruptedException {
        var status = child.await(timeout);
        var timedOut = status.isEmpty();
        if (timedOut) {
            child.killGroup(Signals.KILL);
            status = child.await(KILLED_WITHIN);
        }
        var ended = status.orElseThrow(() -> new IOException(
                "process " + child.pid() + " did not end within " + KILLED_WITHIN.toSeconds() + " s of SIGKILL"));
        var stdout = output.end(DRAIN);
        var stderr = errors.end(DRAIN);
        return new Output(ended, stdout, stderr, output.truncated() || errors.truncated(), timedOut);
    }

    /// A program may end without having read all, or any of it.
    private static void feed(Fd stdin, byte[] bytes) {
        try (stdin) {
            stdin.write(bytes);
        } catch (IOException closedByTheReader) {
            return;
        }
    }

    /// Reads one output to its end on a thread of its own, keeping the first bytes.
    private static final class Collected {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private final Fd source;
        private final int maxBytes;
        private final Thread thread;
        private boolean truncated;

        Collected(Fd source, int maxBytes) {
            this.source = source;
            this.maxBytes = maxBytes;
            thread = Thread.ofVirtual().start(this::read);
        }

        private void read() {
            var buffer = new byte[16 * 1024];
            try {
                for (var n = source.read(buffer, 0, buffer.length); n >= 0; n = source.read(buffer, 0, buffer.length)) {
                    keep(buffer, n);
                }
            } catch (IOException closedByUs) {
                return;
            }
        }

        private synchronized void keep(byte[] buffer, int length) {
            var room = Math.min(length, maxBytes - kept.size());
            kept.write(buffer, 0, room);
            truncated |= room < length;
        }

        byte[] end(Duration patience) throws InterruptedException {
            if (!thread.join(patience)) {
                source.close();
                thread.join();
            }
            return bytes();
        }

        private synchronized byte[] bytes() {
            return kept.toByteArray();
        }

        synchronized boolean truncated() {
            return truncated;
        }
    }
}
