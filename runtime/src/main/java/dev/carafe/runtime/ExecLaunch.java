package dev.carafe.runtime;

import dev.carafe.linux.Child;
import dev.carafe.linux.ExitStatus;
import dev.carafe.linux.Fd;
import dev.carafe.linux.Pipe;
import dev.carafe.linux.Signals;
import dev.carafe.linux.Spawn;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/// One run of a runtime's own `exec`, without a file: the process goes to it through a pipe, and its log
/// comes back through one.
final class ExecLaunch implements AutoCloseable {
    /// The runtime tells the end of a killed command at once, unless it hangs.
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(2);

    private static final int PROCESS_PIPE = 3;
    private static final int LOG_PIPE = 4;

    private final String id;
    private final Spawn spawn;
    private final Pipe process;
    private final Pipe log;

    private ExecLaunch(String id, Spawn spawn, Pipe process, Pipe log) {
        this.id = id;
        this.spawn = spawn;
        this.process = process;
        this.log = log;
    }

    static ExecLaunch prepare(RuntimeProgram program, String id) throws IOException {
        var process = Pipe.open();
        try {
            var log = Pipe.open();
            var spawn = program.prepare(List.of(
                            "--debug",
                            "--log=/proc/self/fd/" + LOG_PIPE,
                            "--log-format=json",
                            "exec",
                            "--process=/proc/self/fd/" + PROCESS_PIPE,
                            id))
                    .newSession()
                    .pass(PROCESS_PIPE, process.read())
                    .pass(LOG_PIPE, log.write());
            return new ExecLaunch(id, spawn, process, log);
        } catch (IOException | RuntimeException e) {
            process.close();
            throw e;
        }
    }

    /// To be given the command's streams and started.
    Spawn spawn() {
        return spawn;
    }

    /// Once the runtime has been started.
    ///
    /// @param isCopied whether no more of the command's output is on its way, so far as the given time can tell
    ExecReport tell(Child runtime, RuntimeSpec.Process command, Predicate<Duration> isCopied) {
        process.read().close();
        log.write().close();
        var report = ExecReport.from(log.read(), runtime, isCopied);
        var json = command.toJson().getBytes(StandardCharsets.UTF_8);
        Thread.ofVirtual().start(() -> feed(process.write(), json));
        return report;
    }

    /// Ends when all is written, when the runtime ends, or when the pipe is closed.
    private static void feed(Fd pipe, byte[] json) {
        try (pipe) {
            pipe.write(json);
        } catch (IOException nobodyReadsIt) {
            return;
        }
    }

    /// The command, all that it started, and the runtime; to the end of it, however often the caller is interrupted.
    static void kill(Child runtime) throws IOException {
        Uninterrupted.run("end of a command", () -> {
            new ProcessTree(runtime.pid()).kill();
            if (runtime.await(TOLD_WITHIN).isEmpty()) {
                runtime.killGroup(Signals.KILL);
            }
        });
    }

    /// @param status how the runtime ended
    /// @throws IOException when the command could not be started
    int exitCode(ExitStatus status, ExecReport report) throws IOException, InterruptedException {
        report.end();
        var failure = report.failure().map(RuntimeWords::of);
        if (failure.isEmpty() || status.isSuccess()) {
            return report.exitCode().orElse(status.shellCode());
        }
        return RuntimeWords.exitCode(failure.get())
                .orElseThrow(
                        () -> new IOException("could not run a command in container " + id + ": " + failure.get()));
    }

    @Override
    public void close() {
        process.close();
        log.close();
    }
}
