package dev.carafe.engine.seccomp;

import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.Folders;
import dev.carafe.linux.Directory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

/// Listens for containers whose seccomp filters tell of what they forbid. A container's socket is there from before it
/// is created until it has ended, also while no daemon runs: each command that is run in it needs it. The filters
/// themselves are lost with a daemon; the kernel answers their calls as we would. Safe for all threads.
public final class SeccompNotifiers implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SeccompNotifiers.class.getName());

    private final Folders folders;
    private final ForbiddenCalls calls;
    private final Duration quiet;
    private final ConcurrentHashMap<ContainerId, Notifier> open = new ConcurrentHashMap<>();

    /// @param quiet how long there must have been no call
    public SeccompNotifiers(Folders folders, ForbiddenCalls calls, Duration quiet) {
        this.folders = folders;
        this.calls = calls;
        this.quiet = quiet;
    }

    /// Before the runtime makes the container. [#end] takes it back.
    public void open(ContainerId id) throws IOException {
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        Files.createDirectories(folders.seccompSockets(), mode);
        open.put(id, Notifier.open(id, folders.seccompSocket(id), calls, quiet));
    }

    /// Once nothing of the container runs, or will. Idempotent.
    public void end(ContainerId id) throws IOException {
        var notifier = open.remove(id);
        if (notifier != null) {
            notifier.close();
        }
        Files.deleteIfExists(folders.seccompSocket(id));
    }

    /// Listens again where the last daemon did. A failure with one is logged: commands can't be run in that container.
    public void restore() throws IOException {
        var folder = folders.seccompSockets();
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var sockets = Directory.open(folder)) {
            for (var name : sockets.names()) {
                var container = calls.alive(name);
                try {
                    if (container.isPresent()) {
                        open(container.get());
                    } else {
                        Files.deleteIfExists(folder.resolve(name));
                    }
                } catch (IOException e) {
                    LOG.log(System.Logger.Level.ERROR, "could not listen again for seccomp filters: " + name, e);
                }
            }
        }
    }

    /// The sockets stay for the next daemon.
    @Override
    public void close() {
        open.values().forEach(Notifier::close);
    }
}
