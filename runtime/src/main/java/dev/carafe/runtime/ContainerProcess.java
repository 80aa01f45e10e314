package dev.carafe.runtime;

import java.nio.file.Path;

/// A container to create: what its monitor needs to know beside the bundle.
///
/// @param id one path component; a new one for each container
/// @param name for people who look at processes
/// @param bundle a folder with `config.json`, see [Bundle]
/// @param logPath where its output goes, in the CRI's log format; the folder exists. The empty path: no log is kept
/// @param stdin whether its standard input can be attached to
/// @param stdinOnce whether that input ends when the first who attached goes
/// @param logSizeMaxBytes where the monitor begins the log anew; negative: never
/// @param monitorCgroup a control group, made with the container, to which the monitor moves soon after the creation;
///     empty: it stays in the daemon's
public record ContainerProcess(
        String id,
        String name,
        Path bundle,
        Path logPath,
        boolean tty,
        boolean stdin,
        boolean stdinOnce,
        long logSizeMaxBytes,
        String monitorCgroup) {
    public ContainerProcess {
        ContainerFiles.requireName(id);
        if (!bundle.isAbsolute() || !(logPath.isAbsolute() || logPath.toString().isEmpty())) {
            throw new IllegalArgumentException(
                    "container " + id + ": bundle and log must be absolute paths, not " + bundle + " and " + logPath);
        }
    }

    boolean hasLog() {
        return !logPath.toString().isEmpty();
    }
}
