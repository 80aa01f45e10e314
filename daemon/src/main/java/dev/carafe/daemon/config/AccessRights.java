package dev.carafe.daemon.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/// Who may write a configuration decides which programs run as root.
final class AccessRights {
    static final String REFUSAL = "every user may write here; take that away (chmod o-w)";

    private AccessRights() {}

    /// Links are followed.
    static boolean everyoneMayWrite(Path path) throws IOException {
        return Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_WRITE);
    }
}
