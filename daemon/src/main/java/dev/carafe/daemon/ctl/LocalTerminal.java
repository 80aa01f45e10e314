package dev.carafe.daemon.ctl;

import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.UserTerminal;
import dev.carafe.streaming.TerminalSize;
import dev.carafe.streaming.client.RemoteStreams;
import java.io.IOException;
import java.util.ArrayDeque;
import sun.misc.Signal;

/// The terminal that this process stands in, as far as it has one, without rules of its own as long as another one far
/// away is shown in it. It gets them back when this is closed, and also when a signal ends the process.
final class LocalTerminal implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LocalTerminal.class.getName());
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final Signal RESIZED = new Signal("WINCH");

    private final ArrayDeque<Undo> undos = new ArrayDeque<>();

    private LocalTerminal() {}

    @FunctionalInterface
    private interface Undo {
        void run() throws IOException;
    }

    /// Nothing is lent.
    static LocalTerminal none() {
        return new LocalTerminal();
    }

    static LocalTerminal lend(RemoteStreams remote) throws IOException {
        var local = new LocalTerminal();
        var input = UserTerminal.of(STDIN);
        var shown = UserTerminal.of(STDOUT).or(() -> input);
        if (shown.isPresent()) {
            local.follow(shown.get(), remote);
        }
        if (input.isPresent()) {
            local.lift(input.get());
        }
        return local;
    }

    /// Tells its size now and whenever it changes.
    private void follow(UserTerminal shown, RemoteStreams remote) throws ErrnoException {
        var before = Signal.handle(RESIZED, _ -> {
            try {
                resize(shown, remote);
            } catch (ErrnoException terminalHasGone) {
                LOG.log(System.Logger.Level.DEBUG, "the terminal has gone", terminalHasGone);
            }
        });
        undos.push(() -> Signal.handle(RESIZED, before));
        resize(shown, remote);
    }

    private static void resize(UserTerminal shown, RemoteStreams remote) throws ErrnoException {
        var size = shown.size();
        remote.resize(new TerminalSize(size.rows(), size.columns()));
    }

    private void lift(UserTerminal input) throws ErrnoException {
        var raw = input.raw();
        var atShutdown = Thread.ofPlatform().unstarted(() -> restore(raw));
        Runtime.getRuntime().addShutdownHook(atShutdown);
        undos.push(() -> {
            raw.close();
            Runtime.getRuntime().removeShutdownHook(atShutdown);
        });
    }

    private static void restore(UserTerminal.Raw raw) {
        try {
            raw.close();
        } catch (ErrnoException terminalHasGone) {
            LOG.log(System.Logger.Level.DEBUG, "the terminal has gone", terminalHasGone);
        }
    }

    @Override
    public void close() throws IOException {
        while (!undos.isEmpty()) {
            undos.pop().run();
        }
    }
}
