package dev.carafe.runtime;

import dev.carafe.linux.Fd;
import dev.carafe.linux.Signals;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A command in a container under a shim, from before its start until the shim has forgotten it. Closing it kills
/// it, with its session and all its descendants, if it has not ended. For one thread.
final class ShimProcess implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ShimProcess.class.getName());
    private static final Duration STARTED_WITHIN = Duration.ofSeconds(10);
    private static final Duration KILLED_WITHIN = Duration.ofSeconds(2);
    private static final int HIGHEST_CODE = 255;

    private final ContainerFiles files;
    private final ShimTask task;
    private final String name = UUID.randomUUID().toString();
    private final ShimTask.Streams streams;

    /// A shim that opens its end of an output waits for somebody who reads it, and answers nothing meanwhile: whoever
    /// reads may go before.
    private final List<Fd> held = new ArrayList<>();

    private @Nullable FutureTask<Integer> starting;
    private boolean known;
    private boolean ended = true;
    private int pid;

    private ShimProcess(ContainerFiles files, ShimTask task, boolean input, boolean tty) {
        this.files = files;
        this.task = task;
        this.streams = Fifos.streams(files, name, input, tty);
    }

    /// Makes its streams, and tells the shim of it.
    static ShimProcess prepare(ContainerFiles files, ShimTask task, RuntimeSpec.Process command, boolean input)
            throws IOException, InterruptedException {
        var process = new ShimProcess(files, task, input, command.terminal());
        try {
            Fifos.make(process.streams);
            process.hold();
            task.exec(process.name, command, process.streams, OciRuntime.ANSWERS_WITHIN);
            process.known = true;
            return process;
        } catch (Throwable e) {
            process.close();
            throw e;
        }
    }

    private void hold() throws IOException {
        for (var output : List.of(streams.stdout(), streams.stderr())) {
            if (!output.isEmpty()) {
                held.add(Fd.openFifoForReading(Path.of(output)));
            }
        }
    }

    String name() {
        return name;
    }

    ShimTask.Streams streams() {
        return streams;
    }

    /// Empty when it runs from now on, and why not when it can't be executed.
    ///
    /// @throws IOException when it can't be run for another reason
    Optional<NotRun> start() throws IOException, InterruptedException {
        ended = false;
        var answer = new FutureTask<>(() -> task.start(name, OciRuntime.ANSWERS_WITHIN));
        starting = answer;
        Thread.ofVirtual().name("start of a command").start(answer);
        try {
            pid = answer.get();
            return Optional.empty();
        } catch (ExecutionException e) {
            if (!(answer.exceptionNow() instanceof ShimTask.Refused refused)) {
                throw new IOException(answer.exceptionNow().getMessage(), e);
            }
            ended = true;
            var words = String.valueOf(refused.getMessage());
            var code = RuntimeWords.exitCode(words);
            if (code.isEmpty()) {
                throw new IOException("could not run a command in container " + files.id() + ": " + words, refused);
            }
            return Optional.of(new NotRun(code.getAsInt(), words));
        }
    }

    /// What is half started can't be killed.
    private void awaitStart() throws InterruptedException {
        var answer = starting;
        if (answer == null || pid != 0) {
            return;
        }
        try {
            pid = answer.get(STARTED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            ended = answer.exceptionNow() instanceof ShimTask.Refused;
        } catch (TimeoutException e) {
            LOG.log(System.Logger.Level.WARNING, "the shim of container {0} does not start a command", files.id());
        }
    }

    /// @param exitCode what a shell would give
    /// @param words the shim's
    record NotRun(int exitCode, String words) {}

    /// Its exit code; empty when the time was over first.
    OptionalInt await(Duration limit) throws IOException, InterruptedException {
        var end = task.await(name, limit);
        if (end.isEmpty()) {
            return OptionalInt.empty();
        }
        ended = true;
        return OptionalInt.of(Math.clamp(Integer.toUnsignedLong(end.get().getExitStatus()), 0, HIGHEST_CODE));
    }

    /// Returns when it has ended, or when the shim does not say so in time.
    void kill() throws IOException, InterruptedException {
        if (isOnHost()) {
            var started = new ProcessTree(pid);
            started.kill();
            killByShim();
            started.kill(); // what it has started in between
        } else {
            killByShim();
        }
    }

    private void killByShim() throws IOException, InterruptedException {
        try {
            task.kill(name, Signals.KILL, false, KILLED_WITHIN);
        } catch (ShimTask.Refused hasEnded) {
            LOG.log(System.Logger.Level.DEBUG, "a shim does not kill: {0}", hasEnded.getMessage());
        }
        if (await(KILLED_WITHIN).isEmpty()) {
            throw new IOException("a command in container " + files.id() + " did not end within "
                    + KILLED_WITHIN.toSeconds() + " s of SIGKILL");
        }
    }

    /// Whether its number is that of a process of the host and not one's that stands for all, as a virtual
    /// machine's does.
    private boolean isOnHost() throws IOException {
        var shim = KnownProcess.read(files.shimProcess()).map(KnownProcess::pid);
        var init = KnownProcess.read(files.init()).map(KnownProcess::pid);
        return pid > 1
                && !init.equals(Optional.of(pid))
                && HostProcess.read(pid).map(HostProcess::parent).equals(shim);
    }

    @Override
    public void close() {
        try {
            Uninterrupted.run("end of a command", this::forget);
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "a command may be left in container {0}: {1}",
                    files.id(),
                    e.getMessage());
        }
    }

    private void forget() throws IOException, InterruptedException {
        try {
            if (!ended) {
                awaitStart();
            }
            if (!ended) {
                kill();
            }
            if (known) {
                task.delete(name, KILLED_WITHIN);
            }
        } finally {
            held.forEach(Fd::close);
            removeStreams();
        }
    }

    private void removeStreams() {
        try {
            Fifos.remove(streams);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "streams are left in " + files.folder(), e);
        }
    }
}
