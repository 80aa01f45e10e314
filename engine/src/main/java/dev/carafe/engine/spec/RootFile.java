package dev.carafe.engine.spec;

import dev.carafe.engine.Invalid;
import dev.carafe.linux.Directory;
import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A small text file of an image, which is the image's author's: links are followed inside the root only, and what
/// is no regular file, or one beyond the bound, is refused.
final class RootFile {
    private static final int MAXIMUM_BYTES = 4 << 20;

    private RootFile() {}

    /// Empty when it is not there.
    static String read(Path rootfs, String path) throws IOException {
        try (var root = Directory.open(rootfs);
                var file = root.openFile(path)) {
            var bytes = file.input().readNBytes(MAXIMUM_BYTES + 1);
            if (bytes.length > MAXIMUM_BYTES) {
                throw new Invalid("the image's " + path + " is larger than " + MAXIMUM_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (ErrnoException e) {
            return switch (e.errno()) {
                case Errno.ENOENT, Errno.ENOTDIR -> "";
                case Errno.EINVAL, Errno.ELOOP ->
                    throw new Invalid("the image's " + path + " can't be read: " + e.getMessage());
                default -> throw e;
            };
        }
    }
}
