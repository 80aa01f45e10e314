package dev.carafe.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/// Folders that only the daemon may enter: layers hold set-user-id programs of foreign makers.
final class PrivateFolders {
    private static final Set<PosixFilePermission> PASSING =
            Set.of(PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.OTHERS_EXECUTE);

    private PrivateFolders() {}

    static void create(Path folder) throws IOException {
        create(folder, "rwx------");
    }

    /// Others could pass in earlier versions.
    static void close(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    /// Whoever knows what is in the folder gets to it, as far as that lets him; nobody may list it.
    static void letPass(Path folder) throws IOException {
        var permissions = EnumSet.copyOf(Files.getPosixFilePermissions(folder));
        permissions.addAll(PASSING);
        Files.setPosixFilePermissions(folder, permissions);
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
