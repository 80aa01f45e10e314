package dev.carafe.engine.spec;

import java.nio.file.Path;

/// Where the first process starts: the container's folder, or else the image's, or else the root.
final class WorkingDirectory {
    static final String FIELD = "working_dir";

    private WorkingDirectory() {}

    static Path of(SpecRequest request) {
        var asked = request.container().getWorkingDir();
        return AbsolutePath.inRoot(asked.isEmpty() ? request.image().config().workingDir() : asked, FIELD);
    }
}
