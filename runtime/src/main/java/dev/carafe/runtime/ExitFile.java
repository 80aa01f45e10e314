package dev.carafe.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/// The file in which a monitor leaves its container's exit code, as a decimal number. It appears whole, by a
/// rename.
final class ExitFile {
    private static final int HIGHEST_CODE = 255;
    private static final int KILLED = 137;

    private ExitFile() {}

    /// Empty when the monitor has not told. A file that holds no exit code tells an end whose code was lost.
    static Optional<ContainerExit> read(ContainerFiles files) throws IOException {
        try {
            var code = ContainerFiles.number(files.exit());
            var at = Files.getLastModifiedTime(files.exit()).toInstant();
            if (code.isEmpty() || code.getAsInt() < 0 || code.getAsInt() > HIGHEST_CODE) {
                return Optional.of(ContainerExit.unseen(files.id(), at));
            }
            // The monitor notes each kill for memory in the container, also those that its first process survived.
            var oomKilled = code.getAsInt() == KILLED && Files.exists(files.oom());
            return Optional.of(new ContainerExit(files.id(), code.getAsInt(), at, oomKilled, true));
        } catch (NoSuchFileException notYet) {
            return Optional.empty();
        }
    }
}
