package dev.carafe.daemon.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// What of the host decides how a configuration is understood.
///
/// @param programFolders `$PATH`
/// @param hasSystemd whether systemd is the host's init
/// @param environment of the process: its proxies and its user's folder
public record Host(List<Path> programFolders, boolean hasSystemd, Map<String, String> environment) {
    private static final String STANDARD_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// sd_booted(3) looks there, too.
    private static final Path SYSTEMD = Path.of("/run/systemd/system");

    public Host {
        programFolders = List.copyOf(programFolders);
        environment = Map.copyOf(environment);
    }

    /// This one.
    ///
    /// @param environment of the process
    public static Host detect(Map<String, String> environment) {
        var path = Objects.requireNonNullElse(environment.get("PATH"), STANDARD_PATH);
        var folders = Stream.of(path.split(":")).flatMap(Host::absolute).toList();
        return new Host(folders, Files.isDirectory(SYSTEMD), environment);
    }

    /// An empty or relative entry would let the current folder decide what runs as root.
    private static Stream<Path> absolute(String folder) {
        try {
            return Stream.of(Path.of(folder)).filter(Path::isAbsolute);
        } catch (InvalidPathException e) {
            return Stream.empty();
        }
    }

    /// The first program of that name.
    Optional<Path> program(String name) {
        return programFolders.stream()
                .map(folder -> folder.resolve(name))
                .filter(Host::isProgram)
                .findFirst();
    }

    static boolean isProgram(Path path) {
        return Files.isRegularFile(path) && Files.isExecutable(path);
    }

    /// Without the environment: secrets are in it.
    @Override
    public String toString() {
        return "host " + programFolders + (hasSystemd ? " with systemd" : "");
    }
}
