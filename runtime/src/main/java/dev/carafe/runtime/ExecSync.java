package dev.carafe.runtime;

import dev.carafe.linux.Child;
import dev.carafe.linux.ExitStatus;
import dev.carafe.linux.Fd;
import dev.carafe.linux.Pipe;
import dev.carafe.linux.Signals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/// A command in a container by the runtime's own `exec`, without a monitor and without a file: the process goes to it
/// through a pipe, and its log comes back through one.
final class ExecSync {
    private static final Duration NO_LIMIT = Duration.ofDays(10_000);

    /// How long outputs are read on after the end, when something that was left in the background keeps them open.
    private static final Duration DRAINED_WITHIN = Duration.ofSeconds(1);

    /// The runtime tells the end of a killed command at once, unless it hangs.
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(2);

    private static final int PROCESS_PIPE = 3;
    private static final int LOG_PIPE = 4;

    private final RuntimeProgram program;

    ExecSync(RuntimeProgram program) {
        this.program = program;
    }

    ExecResult run(String id, ExecProcess command) throws IOException, InterruptedException {
        try (var process = Pipe.open();
                var log = Pipe.open();
                var out = Pipe.open();
                var err = Pipe.open()) {
            var spawn = program.prepare(List.of(
                            "--debug",
                            "--log=/proc/self/fd/" + LOG_PIPE,
                            "--log-format=json",
                            "exec",
                            "--process=/proc/self/fd/" + PROCESS_PIPE,
                            id))
                    .newSession()
                    .stdout(out.write())
                    .stderr(err.write())
                    .pass(PROCESS_PIPE, process.read())
                    .pass(LOG_PIPE, log.write());
            try (var runtime = spawn.start();
                    var stdout = Collected.from(out.read(), command.maxOutputBytes());
                    var stderr = Collected.from(err.read(), command.maxOutputBytes());
                    var report = ExecReport.from(log.read(), runtime)) {
                process.read().close();
                log.write().close();
                out.write().close();
                err.write().close();
                var json = command.process().toJson().getBytes(StandardCharsets.UTF_8);
                Thread.ofVirtual().start(() -> feed(process.write(), json));
                return await(id, command, new Running(runtime, stdout, stderr, report));
            }
        }
    }

    private record Running(Child runtime, Collected stdout, Collected stderr, ExecReport report) {}

    /// Ends when all is written, when the runtime ends, or when the pipe is closed.
    private static void feed(Fd pipe, byte[] json) {
        try (pipe) {
            pipe.write(json);
        } catch (IOException nobodyReadsIt) {
            return;
        }
    }

    private ExecResult await(String id, ExecProcess command, Running running) throws IOException, InterruptedException {
        var limit = command.timeout().isZero() ? NO_LIMIT : command.timeout();
        var hasEnded = false;
        try {
            var status = running.runtime.await(limit);
            hasEnded = status.isPresent();
            if (hasEnded) {
                return result(id, status.get(), running);
            }
        } finally {
            if (!hasEnded) {
                kill(running.runtime);
            }
        }
        var stdout = running.stdout.end(DRAINED_WITHIN);
        var stderr = running.stderr.end(DRAINED_WITHIN);
        return new ExecResult(stdout, stderr, 128 + Signals.KILL, true, isTruncated(running));
    }

    private static void kill(Child runtime) throws IOException, InterruptedException {
        new ProcessTree(runtime.pid()).kill();
        if (runtime.await(TOLD_WITHIN).isEmpty()) {
            runtime.killGroup(Signals.KILL);
        }
    }

    private ExecResult result(String id, ExitStatus status, Running running) throws IOException, InterruptedException {
        running.report.end();
        var stdout = running.stdout.end(DRAINED_WITHIN);
        var stderr = running.stderr.end(DRAINED_WITHIN);
        var code = running.report.exitCode().orElse(status.shellCode());
        var failure = running.report.failure();
        if (failure.isPresent() && !status.isSuccess()) {
            code = RuntimeWords.exitCode(failure.get())
                    .orElseThrow(() -> new IOException(
                            "could not run a command in container " + id + ": " + RuntimeWords.of(failure.get())));
        }
        return new ExecResult(stdout, stderr, code, false, isTruncated(running));
    }

    private static boolean isTruncated(Running running) {
        return running.stdout.truncated() || running.stderr.truncated();
    }
}
