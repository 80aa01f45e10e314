package dev.carafe.runtime;

import dev.carafe.linux.Directory;
import dev.carafe.linux.Signals;
import dev.carafe.linux.UnixSockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The removal of all that a container under a shim has beside its bundle and log. The shim does it, and ends
/// with the last of its containers; where it is gone or does not answer, it is ended, and its program removes
/// what it has left. Each step is idempotent, and the folder that says that there may be something goes last.
final class DeleteShimContainer {
    private static final System.Logger LOG = System.getLogger(DeleteShimContainer.class.getName());
    private static final Duration DELETED_WITHIN = Duration.ofMinutes(1);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(10);

    private static final int MOST_ADDRESS_BYTES = 4096;

    /// Whoever watches for the container's end hears of it before its shim is gone.
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(3);

    private static final Duration CREATION_GOES_ON = Duration.ofSeconds(5);
    private static final Duration LOOKED_AT_EVERY = Duration.ofMillis(100);

    /// A virtual machine takes a while to end.
    private static final Duration SHIM_ENDS_WITHIN = Duration.ofSeconds(20);

    private final ShimProgram program;
    private final RuntimeHandler handler;
    private final HostCgroups cgroups;

    DeleteShimContainer(RuntimeHandler handler, ShimProgram program, HostCgroups cgroups) {
        this.handler = handler;
        this.program = program;
        this.cgroups = cgroups;
    }

    /// @param known what its file says
    /// @param live the daemon's part of it, which is let go of
    void delete(ContainerFiles files, ShimFile known, Optional<ShimContainer> live)
            throws IOException, InterruptedException {
        var address = known.address().isEmpty() ? addressInBundle(files) : known.address();
        // A shim of its own that is in the middle of its creation would forget what it has begun.
        var isBrokenOff = !Files.exists(files.init()) && !isShared(files);
        if (isBrokenOff || !isDoneByShim(files, address, live)) {
            endShim(files);
            endContainer(files);
        }
        live.ifPresent(ShimContainer::close);
        if (!address.isEmpty() && !isShared(files)) {
            UnixSockets.removeDead(Path.of(address));
        }
        files.remove();
    }

    /// Where shims note it too; of a creation that was broken off it is known from nowhere else.
    private static String addressInBundle(ContainerFiles files) {
        try (var bytes = Files.newInputStream(files.bundle().resolve("address"))) {
            return ShimProgram.address(bytes.readNBytes(MOST_ADDRESS_BYTES));
        } catch (IOException none) {
            return "";
        }
    }

    private static boolean isDoneByShim(ContainerFiles files, String address, Optional<ShimContainer> live)
            throws InterruptedException {
        if (address.isEmpty() || !Files.exists(files.shimProcess())) {
            return false;
        }
        try (var task = ShimTask.connect(address, files.id())) {
            var state = state(files, task);
            if (state.isPresent() && state.get().isAlive()) {
                end(task, state.get());
            }
            if (live.isPresent()) {
                live.get().awaitTold(TOLD_WITHIN);
            }
            task.delete("", DELETED_WITHIN);
            task.shutdown(ANSWERS_WITHIN);
            awaitShim(files);
            return true;
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the shim of container {0} does not remove it: {1}",
                    files.id(),
                    e.getMessage());
            return false;
        }
    }

    /// A creation that was broken off goes on in a shim that others share.
    private static Optional<State> state(ContainerFiles files, ShimTask task) throws IOException, InterruptedException {
        var deadline = Deadline.in(CREATION_GOES_ON);
        var state = task.state(ANSWERS_WITHIN);
        while (state.isEmpty() && !Files.exists(files.init()) && !deadline.isOver()) {
            Thread.sleep(LOOKED_AT_EVERY);
            state = task.state(ANSWERS_WITHIN);
        }
        return state;
    }

    private static void end(ShimTask task, State state) throws IOException, InterruptedException {
        if (state.status() == State.Status.PAUSED || state.status() == State.Status.PAUSING) {
            task.resume();
        }
        try {
            task.kill("", Signals.KILL, true, ANSWERS_WITHIN);
        } catch (ShimTask.Refused hasEnded) {
            LOG.log(System.Logger.Level.DEBUG, "a shim does not kill: {0}", hasEnded.getMessage());
        }
        if (task.await("", ANSWERS_WITHIN).isEmpty()) {
            throw new IOException("it did not end within " + ANSWERS_WITHIN.toSeconds() + " s of SIGKILL");
        }
    }

    /// One that others share goes on.
    private static void awaitShim(ContainerFiles files) throws IOException, InterruptedException {
        var found = isShared(files) ? Optional.<Monitor>empty() : Monitor.open(files);
        if (found.isPresent()) {
            try (var shim = found.get()) {
                if (!shim.awaitEnd(SHIM_ENDS_WITHIN)) {
                    throw new IOException("it did not end within " + SHIM_ENDS_WITHIN.toSeconds() + " s");
                }
            }
        }
    }

    /// Whether another container has the same.
    private static boolean isShared(ContainerFiles files) throws IOException {
        var own = KnownProcess.read(files.shimProcess());
        if (own.isEmpty()) {
            return false;
        }
        try (var folders = Directory.open(files.directories().persist())) {
            for (var id : folders.names()) {
                var other = new ContainerFiles(files.directories(), id);
                if (!id.equals(files.id()) && own.equals(KnownProcess.read(other.shimProcess()))) {
                    return true;
                }
            }
        }
        return false;
    }

    /// With all that it has started, which may grow between one look and its end.
    private static void endShim(ContainerFiles files) throws IOException, InterruptedException {
        var isShared = isShared(files);
        for (var found : Monitor.openAll(files)) {
            try (var shim = found) {
                if (isShared) {
                    throw new IOException("the shim of container " + files.id()
                            + ", which others share, does not remove it; removing its pod ends the shim");
                }
                var started = new ProcessTree(shim.pid());
                started.kill();
                shim.kill();
                started.kill();
            }
        }
    }

    private void endContainer(ContainerFiles files) throws IOException, InterruptedException {
        var init = KnownProcess.read(files.init());
        if (init.isPresent() && !init.get().kill(ANSWERS_WITHIN)) {
            throw new IOException("process " + init.get().pid() + " did not end within " + ANSWERS_WITHIN.toSeconds()
                    + " s of SIGKILL");
        }
        if (Files.exists(files.bundle())) {
            removeByProgram(files, init.isPresent());
            removeCgroup(files);
        }
    }

    private void removeByProgram(ContainerFiles files, boolean wasCreated) throws IOException, InterruptedException {
        try {
            program.delete(files, files.bundle().toRealPath(), DELETED_WITHIN);
        } catch (IOException e) {
            if (wasCreated) {
                throw e;
            }
            LOG.log(
                    System.Logger.Level.WARNING,
                    "of container {0}, whose creation was broken off, something may be left: {1}",
                    files.id(),
                    e.getMessage());
        }
    }

    private void removeCgroup(ContainerFiles files) throws IOException, InterruptedException {
        if (handler.cgroupManager() == CgroupManager.CGROUPFS) {
            cgroups.remove(files);
        }
    }
}
