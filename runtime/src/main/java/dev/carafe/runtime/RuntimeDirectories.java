package dev.carafe.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where monitors leave what others look for. None of it has to survive a reboot: no monitor does.
///
/// @param exits `container_exits_dir`: a file for each container that has ended, named by its id, with its exit
///     code
/// @param attach `container_attach_socket_dir`: a link for each container to the folder of its attach socket
/// @param persist a folder for each container, with its monitor's pid and the like
public record RuntimeDirectories(Path exits, Path attach, Path persist) {
    public RuntimeDirectories {
        requireAbsolute("container_exits_dir", exits);
        requireAbsolute("container_attach_socket_dir", attach);
        requireAbsolute("the monitors' folder", persist);
    }

    private static void requireAbsolute(String name, Path path) {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException(name + " must be an absolute path, not \"" + path + "\"");
        }
    }

    /// Those that are missing. Idempotent.
    void make() throws IOException {
        if (!Files.isDirectory(exits)) {
            Files.createDirectories(exits);
        }
        PrivateFolder.make(attach);
        PrivateFolder.make(persist);
    }
}
