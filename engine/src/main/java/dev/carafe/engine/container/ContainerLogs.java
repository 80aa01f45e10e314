package dev.carafe.engine.container;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.Folders;
import dev.carafe.engine.state.PodRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/// Where logs of containers are: in the pod's `log_directory`, or in a folder below `log_dir` for pods without one. A
/// log never leaves that folder, neither by its name nor by links that a container has put there: the monitor would
/// follow them as root.
final class ContainerLogs {
    private final Folders folders;
    private final LinkedLogs linked;

    ContainerLogs(Folders folders) {
        this.folders = folders;
        this.linked = new LinkedLogs(folders);
    }

    /// The pod's folder; it may not be there yet.
    ///
    /// @throws Invalid when the pod names a relative one
    Path folder(PodRecord pod) {
        var named = pod.config().getLogDirectory();
        var folder = named.isEmpty() ? folders.logs(pod.id()) : Path.of(named).normalize();
        if (!folder.isAbsolute()) {
            throw new Invalid("PodSandboxConfig.log_directory: not absolute: " + named);
        }
        return folder;
    }

    /// Empty when the request names none.
    ///
    /// @throws Invalid when it is not below the pod's folder
    String path(PodRecord pod, ContainerConfig config) {
        if (config.getLogPath().isEmpty()) {
            return "";
        }
        var folder = folder(pod);
        var log = folder.resolve(config.getLogPath()).normalize();
        if (!log.startsWith(folder) || log.equals(folder)) {
            throw new Invalid("ContainerConfig.log_path " + config.getLogPath() + " leaves the pod's log_directory");
        }
        return log.toString();
    }

    /// Makes the folders above a log. Those above the pod's own may be links; they are the host's.
    ///
    /// @throws IOException also when something else than a file is in the log's place
    void prepare(PodRecord pod, Path log) throws IOException {
        var folder = folder(pod);
        var above = Objects.requireNonNull(log.getParent());
        Files.createDirectories(folder);
        Files.createDirectories(above);
        if (!above.toRealPath().equals(folder.toRealPath().resolve(folder.relativize(above)))) {
            throw new IOException("log " + log + ": a folder above it is a link");
        }
        if (Files.isSymbolicLink(log) || (Files.exists(log) && !Files.isRegularFile(log))) {
            throw new IOException("log " + log + ": there is something that is no file");
        }
    }

    /// Where the pod's logs are linked, the container's is there by its id.
    void link(ContainerRecord container) {
        linked.link(container);
    }

    void unlink(ContainerRecord container) throws IOException {
        linked.unlink(container);
    }
}
