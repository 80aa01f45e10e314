package dev.carafe.system;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A terminal of 80 columns and 24 rows in which a shell runs, on a tmux server of its own.
public final class Tmux implements AutoCloseable {
    private final String server;

    private Tmux(String server) {
        this.server = server;
    }

    /// @param server a name that no other server on this host has
    public static Tmux start(String server) throws IOException, InterruptedException {
        var tmux = new Tmux(server);
        tmux.run("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "PS1='outer> ' sh");
        return tmux;
    }

    private String run(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("tmux", "-L", server));
        command.addAll(List.of(arguments));
        return Programs.output(command.toArray(String[]::new));
    }

    /// Types a line and Enter.
    public void type(String line) throws IOException, InterruptedException {
        run("send-keys", "-l", line);
        run("send-keys", "Enter");
    }

    /// Types a key by tmux's name, such as `C-c`.
    public void press(String key) throws IOException, InterruptedException {
        run("send-keys", key);
    }

    public void resize(int columns, int rows) throws IOException, InterruptedException {
        run("resize-window", "-x", Integer.toString(columns), "-y", Integer.toString(rows));
    }

    /// What is to be seen now.
    public String screen() throws IOException, InterruptedException {
        return run("capture-pane", "-p");
    }

    /// Waits for a line that is just so; what it shows after it are spaces only.
    public void awaitLine(String line) throws IOException, InterruptedException {
        try {
            Await.until(
                    "the line " + line,
                    () -> screen().lines().map(String::stripTrailing).anyMatch(line::equals));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + " in:\n" + screen(), e);
        }
    }

    /// Of a shell inside the terminal's own, at its prompt: it follows the terminal's size, its key interrupts what
    /// runs, and the outer shell sees its code.
    public void useShell() throws IOException, InterruptedException {
        resize(100, 30);
        type("clear; until [ \"$(stty size)\" = '30 100' ]; do sleep 0.1; done; echo re\"\"sized");
        awaitLine("resized");
        type("clear; sh -c 'echo slee\"\"ping; sleep 1000' || echo inter\"\"rupted");
        awaitLine("sleeping");
        press("C-c");
        type("echo still \"\"here");
        awaitLine("still here");
        type("exit 7");
        awaitLine("outer>"); // until then the client takes what is typed
        type("echo code $?");
        awaitLine("code 7");
    }

    @Override
    public void close() throws IOException {
        try {
            run("kill-server");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
