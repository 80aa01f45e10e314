package dev.carafe.engine.spec;

import dev.carafe.engine.Invalid;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Paths of the host that a request names.
final class HostPath {
    private HostPath() {}

    /// Where the path leads now, without links.
    ///
    /// @throws Invalid when it leads nowhere
    static Path real(String text, String field) throws IOException {
        var path = AbsolutePath.of(text, field);
        try {
            return path.toRealPath();
        } catch (NoSuchFileException e) {
            throw new Invalid(field + ": there is no " + text + " on this host");
        } catch (FileSystemException e) {
            throw new Invalid(field + ": " + text + " leads nowhere on this host: " + e.getReason());
        }
    }
}
