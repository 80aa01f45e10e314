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

/// A command in a container by the runtime's own `exec`, without a monitor and without a file: the process goes to
/// it through a pipe, and its log comes back through one.
final class ExecSync {
    /// Longer than hosts run.
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
        var isUnlimited = command.timeout().isZero() || command.timeout().compareTo(NO_LIMIT) > 0;
        var limit = isUnlimited ? NO_LIMIT : command.timeout();
        var hasEnded = false;
        try {
            var status = running.runtime.await(limit);
            hasEnded = status.isPresent();
            if (hasEnded) {
                return result(running, exitCode(id, status.get(), running.report), false);
            }
        } finally {
            if (!hasEnded) {
                kill(running.runtime);
            }
        }
        return result(running, 128 + Signals.KILL, true);
    }

    private static void kill(Child runtime) throws IOException, InterruptedException {
        new ProcessTree(runtime.pid()).kill();
        if (runtime.await(TOLD_WITHIN).isEmpty()) {
            runtime.killGroup(Signals.KILL);
        }
    }

    private static int exitCode(String id, ExitStatus status, ExecReport report)
            throws IOException, InterruptedException {
        report.end();
        var failure = report.failure().map(RuntimeWords::of);
        if (failure.isEmpty() || status.isSuccess()) {
            return report.exitCode().orElse(status.shellCode());
        }
        return RuntimeWords.exitCode(failure.get())
                .orElseThrow(
                        () -> new IOException("could not run a command in container " + id + ": " + failure.get()));
    }

    private static ExecResult result(Running running, int exitCode, boolean timedOut) throws InterruptedException {
        var deadline = Deadline.in(DRAINED_WITHIN);
        var stdout = running.stdout.end(deadline.left());
        var stderr = running.stderr.end(deadline.left());
        var truncated = running.stdout.truncated() || running.stderr.truncated();
        return new ExecResult(stdout, stderr, exitCode, timedOut, truncated);
    }
}
