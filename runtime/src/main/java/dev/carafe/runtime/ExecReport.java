package dev.carafe.runtime;

import dev.carafe.linux.Child;
import dev.carafe.linux.Fd;
import dev.carafe.linux.Signals;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What a runtime logs while it runs a command, read from a pipe on a thread of its own: why the command could not
/// be started, which its exit code does not tell, and how the command ended.
///
/// runc copies the command's output and ends only when nobody can write to it any more, which a process that the
/// command left in the background may for ever. It does log the command's end; so when it hangs on after that, it
/// is ended.
final class ExecReport implements AutoCloseable {
    /// How long it may take to copy the last of the output.
    private static final Duration COPIED_WITHIN = Duration.ofSeconds(1);

    private static final Duration READ_WITHIN = Duration.ofSeconds(1);

    private final Fd log;
    private final Child runtime;
    private final Predicate<Duration> isCopied;
    private final Thread thread;
    private @Nullable String failure;
    private OptionalInt exitCode = OptionalInt.empty();

    private ExecReport(Fd log, Child runtime, Predicate<Duration> isCopied) {
        this.log = log;
        this.runtime = runtime;
        this.isCopied = isCopied;
        thread = Thread.ofVirtual().unstarted(this::read);
    }

    /// @param isCopied whether no more of the command's output is on its way, so far as the given time can tell
    static ExecReport from(Fd log, Child runtime, Predicate<Duration> isCopied) {
        var report = new ExecReport(log, runtime, isCopied);
        report.thread.start();
        return report;
    }

    private void read() {
        var lines = new Lines(log);
        try {
            for (var line = lines.next(); line.isPresent(); line = lines.next()) {
                var entry = RuntimeLog.parse(line.get());
                if (entry.isPresent()) {
                    note(entry.get());
                }
            }
        } catch (IOException closedByUs) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void note(RuntimeLog entry) throws IOException, InterruptedException {
        if (entry.isError()) {
            synchronized (this) {
                failure = entry.msg();
            }
        }
        var code = entry.exitCode();
        if (code.isPresent()) {
            synchronized (this) {
                exitCode = code;
            }
            endIfItHangs();
        }
    }

    private void endIfItHangs() throws IOException, InterruptedException {
        while (runtime.await(COPIED_WITHIN).isEmpty()) {
            if (isCopied.test(COPIED_WITHIN)) {
                // It may have told the exit of another child than the command.
                if (!new ProcessTree(runtime.pid()).hasChildren()) {
                    runtime.kill(Signals.KILL);
                }
                return;
            }
        }
    }

    /// To be called when the runtime has ended.
    void end() throws InterruptedException {
        if (!thread.join(READ_WITHIN)) {
            log.close();
            thread.join();
        }
    }

    /// The command's exit code, if it was told.
    synchronized OptionalInt exitCode() {
        return exitCode;
    }

    /// Why the command could not be started.
    synchronized Optional<String> failure() {
        return exitCode.isEmpty() ? Optional.ofNullable(failure) : Optional.empty();
    }

    @Override
    public void close() {
        log.close();
    }
}
