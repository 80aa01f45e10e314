package dev.carafe.daemon.config;

import java.nio.file.Path;
import java.util.Optional;

/// By which files one run of the daemon tells the next how it ended, and what a start makes of it.
///
/// @param versionFile on a tmpfs, so that a reboot takes it
/// @param persistentVersionFile on a disk
/// @param cleanShutdownFile there while no daemon runs, if the last one ended in order
/// @param wipes whether a start removes the images of another version
/// @param repairs whether a start checks the store after a stop that was not orderly
public record LifeSettings(
        Optional<Path> versionFile,
        Optional<Path> persistentVersionFile,
        Optional<Path> cleanShutdownFile,
        boolean wipes,
        boolean repairs) {

    static LifeSettings of(Values values) {
        return new LifeSettings(
                path(values, RootKeys.VERSION_FILE),
                path(values, RootKeys.VERSION_FILE_PERSIST),
                path(values, RootKeys.CLEAN_SHUTDOWN_FILE),
                values.get(RootKeys.INTERNAL_WIPE),
                values.get(RootKeys.INTERNAL_REPAIR));
    }

    private static Optional<Path> path(Values values, Key<String> key) {
        var path = values.get(key);
        return path.isEmpty() ? Optional.empty() : Optional.of(Path.of(path).normalize());
    }
}
