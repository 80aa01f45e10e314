package dev.carafe.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// How much of foreign files may come into memory. For one thread.
final class ByteBudget {
    private long left;

    ByteBudget(long bytes) {
        left = bytes;
    }

    /// @throws IOException when that is more than what is left
    void take(long bytes, String what) throws IOException {
        if (bytes > left) {
            throw new IOException(
                    what + " takes " + bytes + " bytes, more than the " + left + " that are left for all");
        }
        left -= bytes;
    }

    /// As [#read], and it counts, also if what is read turns out to be of no use.
    byte[] take(Path file, int most) throws IOException {
        if (left < most && Files.exists(file)) {
            take(Files.size(file), file.toString());
            return read(file, most);
        }
        var bytes = read(file, most);
        left -= bytes.length;
        return bytes;
    }

    /// The whole content of a regular file.
    static byte[] read(Path file, int most) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(
                    file + (Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? " is no file" : " is missing"));
        }
        try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            var bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new IOException(file + " has more than " + most + " bytes");
            }
            return bytes;
        }
    }
}
