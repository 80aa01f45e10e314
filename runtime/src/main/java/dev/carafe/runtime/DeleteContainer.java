package dev.carafe.runtime;

import dev.carafe.linux.Cgroups;
import dev.carafe.linux.IoCallable;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;

/// The removal of all that a container has beside its bundle and log: what the runtime knows of it, its monitor, its
/// files. Each step is idempotent, and the folder that says that there may be something goes last.
final class DeleteContainer {
    private static final Duration DELETED_WITHIN = Duration.ofMinutes(1);

    /// A monitor whose container has ended has its output to write and its log to sync.
    private static final Duration MONITOR_ENDS_WITHIN = Duration.ofSeconds(10);

    private final RuntimeHandler handler;
    private final RuntimeProgram program;
    private final IoCallable<Cgroups> cgroups;

    DeleteContainer(RuntimeHandler handler, RuntimeProgram program, IoCallable<Cgroups> cgroups) {
        this.handler = handler;
        this.program = program;
        this.cgroups = cgroups;
    }

    void delete(ContainerFiles files) throws IOException, InterruptedException {
        var isHalfCreated = Files.exists(files.folder()) && !Files.exists(files.initPid());
        if (isHalfCreated) {
            endCreation(files);
        }
        program.require(DELETED_WITHIN, "delete", "--force", files.id());
        if (isHalfCreated) {
            removeCgroup(files);
        } else {
            endMonitor(files);
        }
        files.remove();
    }

    /// A monitor that may still be at it would go on after the runtime has forgotten the container. The runtime's
    /// create dies with it: conmon sets its parent-death signal.
    private static void endCreation(ContainerFiles files) throws IOException, InterruptedException {
        for (var monitor : Monitor.search(files)) {
            try (monitor) {
                monitor.kill();
            }
        }
    }

    /// A killed create leaves its control group to nobody.
    private void removeCgroup(ContainerFiles files) throws IOException, InterruptedException {
        if (handler.cgroupManager() != CgroupManager.CGROUPFS
                || !Files.exists(files.bundle().resolve(Bundle.CONFIG))) {
            return;
        }
        var path = Bundle.read(files.bundle()).linux().cgroupsPath();
        // Never one that is not the container's own.
        if (path != null
                && path.startsWith("/")
                && path.contains(files.id())
                && cgroups.call().exists(path)) {
            cgroups.call().kill(path);
            cgroups.call().remove(path);
        }
    }

    private static void endMonitor(ContainerFiles files) throws IOException, InterruptedException {
        var found = Monitor.open(files);
        if (found.isPresent()) {
            try (var monitor = found.get()) {
                if (!monitor.awaitEnd(MONITOR_ENDS_WITHIN)) {
                    monitor.kill();
                }
            }
        }
    }
}
