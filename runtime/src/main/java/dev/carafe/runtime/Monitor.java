package dev.carafe.runtime;

import dev.carafe.linux.Pidfd;
import dev.carafe.linux.Signals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// A running conmon that is known by its command line to be a container's, or the container's shim, held by
/// pidfd. Safe for all threads.
final class Monitor implements AutoCloseable {
    static final String ID_OPTION = "-c";
    static final String EXITS_OPTION = "--exit-dir";

    private static final Duration KILLED_WITHIN = Duration.ofSeconds(10);

    /// Ours are a tenth of it.
    private static final int COMMAND_LINE_BYTES = 64 * 1024;

    private final Pidfd pidfd;

    private Monitor(Pidfd pidfd) {
        this.pidfd = pidfd;
    }

    /// Empty when the process has ended or is something else.
    static Optional<Monitor> open(int pid, ContainerFiles files) throws IOException {
        var found = pid <= 0 ? Optional.<Pidfd>empty() : Pidfd.open(pid);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        // Asked after the pidfd is there: from then on the pid can't change hands unnoticed.
        if (isMonitor(pid, files)) {
            return Optional.of(new Monitor(found.get()));
        }
        found.get().close();
        return Optional.empty();
    }

    /// The one whose pid the container's files name.
    static Optional<Monitor> open(ContainerFiles files) throws IOException {
        return open(pid(files).orElse(0), files);
    }

    /// As [#open(ContainerFiles)], or all that a search finds where the files name none: one that is overlooked
    /// writes its files after they were removed.
    static List<Monitor> openAll(ContainerFiles files) throws IOException {
        var pid = pid(files);
        return pid.isPresent() ? open(pid.getAsInt(), files).stream().toList() : search(files);
    }

    private static OptionalInt pid(ContainerFiles files) throws IOException {
        if (ShimFile.isThere(files)) {
            return KnownProcess.read(files.shimProcess()).stream()
                    .mapToInt(KnownProcess::pid)
                    .findFirst();
        }
        try {
            return ContainerFiles.number(files.monitorPid());
        } catch (NoSuchFileException none) {
            return OptionalInt.empty();
        }
    }

    /// All processes that are the container's monitor or are to become it; reads the command line of each process
    /// of the host.
    static List<Monitor> search(ContainerFiles files) throws IOException {
        var monitors = new ArrayList<Monitor>();
        for (var pid : HostProcess.pids()) {
            open(pid, files).ifPresent(monitors::add);
        }
        return monitors;
    }

    private static boolean isMonitor(int pid, ContainerFiles files) throws IOException {
        var isShim = ShimFile.isThere(files);
        var shim = isShim ? KnownProcess.read(files.shimProcess()) : Optional.<KnownProcess>empty();
        if (shim.isPresent()) {
            return shim.get().pid() == pid && shim.get().isAlive();
        }
        try (var bytes = Files.newInputStream(Path.of("/proc/" + pid + "/cmdline"))) {
            var line = new String(bytes.readNBytes(COMMAND_LINE_BYTES), StandardCharsets.UTF_8);
            if (isShim) {
                return has(line, ShimProgram.ID_OPTION, files.id())
                        && has(line, ShimProgram.NAMESPACE_OPTION, ShimProgram.NAMESPACE);
            }
            return has(line, ID_OPTION, files.id())
                    && has(line, EXITS_OPTION, files.directories().exits().toString());
        } catch (IOException gone) {
            return false;
        }
    }

    /// Arguments end with NUL (proc_pid_cmdline(5)).
    private static boolean has(String commandLine, String option, String value) {
        return commandLine.contains("\0" + option + "\0" + value + "\0");
    }

    int pid() {
        return pidfd.pid();
    }

    /// Whether one of its descriptors is of the file with that [BasicFileAttributes#fileKey()].
    boolean hasOpen(Object fileKey) throws IOException {
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc/" + pid() + "/fd"))) {
            for (var descriptor : descriptors) {
                if (isOf(descriptor, fileKey)) {
                    return true;
                }
            }
            return false;
        } catch (NoSuchFileException ended) {
            return false;
        }
    }

    private static boolean isOf(Path descriptor, Object fileKey) throws IOException {
        try {
            return fileKey.equals(
                    Files.readAttributes(descriptor, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException closed) {
            return false;
        }
    }

    boolean hasEnded() throws IOException {
        return pidfd.hasExited();
    }

    /// False when the time was over first.
    boolean awaitEnd(Duration timeout) throws IOException, InterruptedException {
        return pidfd.awaitExit(timeout);
    }

    /// Returns when it has ended.
    void kill() throws IOException, InterruptedException {
        pidfd.signal(Signals.KILL);
        if (!pidfd.awaitExit(KILLED_WITHIN)) {
            throw new IOException(
                    "monitor " + pid() + " did not end within " + KILLED_WITHIN.toSeconds() + " s of SIGKILL");
        }
    }

    @Override
    public void close() {
        pidfd.close();
    }
}
