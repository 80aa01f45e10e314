package dev.carafe.runtime;

import dev.carafe.linux.Cgroups;
import dev.carafe.linux.IoCallable;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;

/// The removal of all that a container has beside its bundle and log: what the runtime knows of it, its monitor,
/// its files. Each step is idempotent, and the folder that says that there may be something goes last.
final class DeleteContainer {
    private static final System.Logger LOG = System.getLogger(DeleteContainer.class.getName());
    private static final Duration DELETED_WITHIN = Duration.ofMinutes(1);

    /// A killed process that takes longer is frozen or hangs in the kernel; the runtime knows how to thaw it.
    private static final Duration KILLED_WITHIN = Duration.ofSeconds(2);

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
        if (!Files.exists(files.folder())) {
            force(files);
        } else if (Files.exists(files.init())) {
            removeCreated(files);
        } else {
            endCreation(files);
            force(files);
            removeCgroup(files);
        }
        files.remove();
    }

    private void force(ContainerFiles files) throws IOException, InterruptedException {
        program.require(DELETED_WITHIN, "delete", "--force", files.id());
    }

    /// Kills the first process itself, since runc's forced delete sleeps a tenth of a second and more, for an ended
    /// container too; it is left for what is not that simple.
    private void removeCreated(ContainerFiles files) throws IOException, InterruptedException {
        var init = KnownProcess.read(files.init());
        var hasEnded = init.isPresent() && init.get().kill(KILLED_WITHIN);
        if (hasEnded) {
            endMonitor(files);
        }
        if (!program.run(DELETED_WITHIN, "delete", files.id()).status().isSuccess()) {
            force(files);
        }
        if (!hasEnded) {
            endMonitor(files);
        }
    }

    /// A monitor that may still be at it would go on after the runtime has forgotten the container; so would what
    /// it has started, and that may grow between one look and the end of the monitor.
    private static void endCreation(ContainerFiles files) throws IOException, InterruptedException {
        for (var monitor : Monitor.search(files)) {
            try (monitor) {
                var started = new ProcessTree(monitor.pid());
                started.kill();
                monitor.kill();
                started.kill();
            }
        }
    }

    /// A killed create leaves its control group to nobody.
    private void removeCgroup(ContainerFiles files) throws IOException, InterruptedException {
        if (handler.cgroupManager() != CgroupManager.CGROUPFS) {
            return;
        }
        var path = cgroup(files);
        if (path.isPresent() && cgroups.call().exists(path.get())) {
            cgroups.call().kill(path.get());
            cgroups.call().remove(path.get());
        }
    }

    private Optional<String> cgroup(ContainerFiles files) {
        try {
            return ContainerCgroup.path(files, handler.cgroupManager());
        } catch (IOException damaged) {
            LOG.log(System.Logger.Level.WARNING, "the control group of " + files.id() + " may be left", damaged);
            return Optional.empty();
        }
    }

    private static void endMonitor(ContainerFiles files) throws IOException, InterruptedException {
        for (var found : Monitor.openAll(files)) {
            try (var monitor = found) {
                if (!monitor.awaitEnd(MONITOR_ENDS_WITHIN)) {
                    monitor.kill();
                }
            }
        }
    }
}
