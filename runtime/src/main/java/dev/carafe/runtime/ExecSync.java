package dev.carafe.runtime;

import dev.carafe.linux.Child;
import dev.carafe.linux.Pipe;
import dev.carafe.linux.Signals;
import java.io.IOException;
import java.time.Duration;

/// A command in a container whose output is collected, without a monitor.
final class ExecSync {
    /// How long outputs are read on after the end, when something that was left in the background keeps them open.
    private static final Duration DRAINED_WITHIN = Duration.ofSeconds(1);

    private final RuntimeProgram program;

    ExecSync(RuntimeProgram program) {
        this.program = program;
    }

    ExecResult run(String id, ExecProcess command) throws IOException, InterruptedException {
        try (var launch = ExecLaunch.prepare(program, id);
                var out = Pipe.open();
                var err = Pipe.open()) {
            var spawn = launch.spawn().stdout(out.write()).stderr(err.write());
            try (var runtime = spawn.start();
                    var stdout = Collected.from(out.read(), command.maxOutputBytes());
                    var stderr = Collected.from(err.read(), command.maxOutputBytes());
                    var report = launch.tell(runtime, command.process(), _ -> true)) {
                out.write().close();
                err.write().close();
                return await(launch, command, new Running(runtime, stdout, stderr, report));
            }
        }
    }

    private record Running(Child runtime, Collected stdout, Collected stderr, ExecReport report) {}

    private static ExecResult await(ExecLaunch launch, ExecProcess command, Running running)
            throws IOException, InterruptedException {
        var isUnlimited = command.timeout().isZero() || command.timeout().compareTo(Deadline.NO_LIMIT) > 0;
        var limit = isUnlimited ? Deadline.NO_LIMIT : command.timeout();
        var hasEnded = false;
        try {
            var status = running.runtime.await(limit);
            hasEnded = status.isPresent();
            if (hasEnded) {
                return result(running, launch.exitCode(status.get(), running.report), false);
            }
        } finally {
            if (!hasEnded) {
                ExecLaunch.kill(running.runtime);
            }
        }
        return result(running, 128 + Signals.KILL, true);
    }

    private static ExecResult result(Running running, int exitCode, boolean timedOut) throws InterruptedException {
        var deadline = Deadline.in(DRAINED_WITHIN);
        var stdout = running.stdout.end(deadline.left());
        var stderr = running.stderr.end(deadline.left());
        var truncated = running.stdout.truncated() || running.stderr.truncated();
        return new ExecResult(stdout, stderr, exitCode, timedOut, truncated);
    }
}
