package dev.carafe.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// Folders that only the daemon may enter: layers hold set-user-id programs of foreign makers.
final class PrivateFolders {
    private PrivateFolders() {}

    static void create(Path folder) throws IOException {
        create(folder, "rwx------");
    }

    /// Every missing folder of the path gets these permissions, whatever the umask; existing ones stay as they
    /// are.
    static void create(Path folder, String permissions) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        var parent = folder.getParent();
        if (parent != null) {
            create(parent, permissions);
        }
        Files.createDirectory(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
    }
}
