package dev.carafe.engine.spec;

import dev.carafe.engine.Invalid;
import java.io.IOException;
import java.nio.file.Path;

/// Where the first process starts: the container's folder, or the image's, or the root. Made when it is missing.
final class WorkingDirectory {
    private WorkingDirectory() {}

    static String of(SpecRequest request) throws IOException {
        var asked = request.container().getWorkingDir();
        var directory = asked.isEmpty() ? request.image().config().workingDir() : asked;
        if (directory.indexOf('\0') >= 0) {
            throw new Invalid("working_dir: holds a NUL");
        }
        var path = Path.of("/", directory).normalize();
        RootFolders.make(request.rootfs(), path);
        return path.toString();
    }
}
