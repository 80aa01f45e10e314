package dev.carafe.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The creation of a container under a shim: the shim is started, or that of its pod found, and asked for the
/// container, whose streams are there before. What a failure leaves is for [DeleteShimContainer].
final class CreateShimContainer {
    private static final int FIRST_OF_OTHERS = 2;

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
        known = known.at(program.start(files, container.bundle(), deadline.left()));
        known.write(files);
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
            parts.cgroups().all().addProcess(container.monitorCgroup(), shim.pid());
        }
    }
}
