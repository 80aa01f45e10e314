package dev.carafe.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// The creation of a container under a shim: the shim is started, or that of its pod found, and asked for the
/// container, whose streams are there before. What a failure leaves is for [DeleteShimContainer].
final class CreateShimContainer {
    private static final int FIRST_OF_OTHERS = 2;
    private static final Duration FOUND_WITHIN = Duration.ofSeconds(5);

    private final RuntimeHandler handler;
    private final ShimProgram program;
    private final ShimContainer.Parts parts;

    CreateShimContainer(RuntimeHandler handler, ShimProgram program, ShimContainer.Parts parts) {
        this.handler = handler;
        this.program = program;
        this.parts = parts;
    }

    /// A created container, whose end is waited for.
    record Made(Started started, ShimContainer container) {}

    /// @param files whose folder is there and empty
    Made create(ContainerFiles files, ContainerProcess container) throws IOException, InterruptedException {
        try {
            return make(files, container, Deadline.in(handler.createTimeout()));
        } catch (IOException e) {
            throw new IOException("could not create container " + files.id() + ": " + e.getMessage(), e);
        }
    }

    private Made make(ContainerFiles files, ContainerProcess container, Deadline deadline)
            throws IOException, InterruptedException {
        var known = ShimFile.of(handler, container);
        known.write(files);
        CreateContainer.prepare(files, container);
        var streams = Fifos.streams(files, "", known.stdin(), known.tty());
        Fifos.make(streams);
        Fifos.make(container.bundle().resolve(ShimContainer.OWN_LOG));
        known = start(files, container, known, deadline);
        var live = ShimContainer.open(files, known, parts);
        try {
            var shim = shim(live.task());
            shim.write(files.shimProcess());
            move(container, shim);
            var pid = live.task().create(container.bundle(), streams, configuration(), deadline.left());
            var init = process(pid);
            if (init.isPresent()) {
                init.get().write(files.init());
            }
            live.watch();
            return new Made(new Started(pid, shim.pid()), live);
        } catch (Throwable e) {
            live.close();
            throw e;
        }
    }

    /// An interrupt waits for a moment: what is half started could not be found again.
    private ShimFile start(ContainerFiles files, ContainerProcess container, ShimFile known, Deadline deadline)
            throws IOException, InterruptedException {
        var starting = new FutureTask<>(() -> {
            var started = known.at(program.start(files, container.bundle(), deadline.left()));
            started.write(files);
            return started;
        });
        var thread = Thread.ofVirtual().name("start of a shim").start(starting);
        try {
            return starting.get();
        } catch (ExecutionException e) {
            throw new IOException(starting.exceptionNow().getMessage(), e);
        } catch (InterruptedException e) {
            if (!thread.join(FOUND_WITHIN)) {
                thread.interrupt();
                thread.join();
            }
            throw e;
        }
    }

    private Path configuration() {
        return handler.shim().orElseThrow().configuration();
    }

    private static KnownProcess shim(ShimTask task) throws IOException, InterruptedException {
        var pid = task.shimPid();
        return process(pid)
                .orElseThrow(() -> new IOException("the shim says that it is process " + pid + ", which it is not"));
    }

    /// Neither the host's first process nor we are anybody's.
    private static Optional<KnownProcess> process(int pid) {
        return pid < FIRST_OF_OTHERS || pid == ProcessHandle.current().pid() ? Optional.empty() : KnownProcess.of(pid);
    }

    /// Before it starts anything, so that it stays together.
    private void move(ContainerProcess container, KnownProcess shim) throws IOException {
        if (!container.monitorCgroup().isEmpty()) {
            var cgroups = parts.cgroups().all();
            cgroups.create(container.monitorCgroup());
            cgroups.addProcess(container.monitorCgroup(), shim.pid());
        }
    }
}
