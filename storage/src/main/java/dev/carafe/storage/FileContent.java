package dev.carafe.storage;

import dev.carafe.linux.Fd;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.util.Arrays;

/// Writes the content of a tar's regular files, from the stream's own buffer. For one thread.
final class FileContent {
    private static final int COPY_BYTES = 64 << 10;

    private final TarReader tar;
    private final LayerStream stream;

    FileContent(TarReader tar, LayerStream stream) {
        this.tar = tar;
        this.stream = stream;
    }

    /// @param file new and empty
    void write(TarEntry entry, Fd file) throws IOException {
        if (entry.isSparse()) {
            sparse(entry.sparse(), file);
            return;
        }
        for (var n = tar.contentAvailable(); n > 0; n = tar.contentAvailable()) {
            file.write(stream.buffer(), stream.position(), n);
            tar.consumeContent(n);
        }
    }

    /// Holes stay holes.
    private void sparse(SparseMap map, Fd file) throws IOException {
        try (var random = new RandomAccessFile(path(file), "rw")) {
            random.setLength(map.fileBytes());
            for (var i = 0; i < map.pieces(); i++) {
                random.seek(map.offset(i));
                for (var left = map.length(i); left > 0; ) {
                    var n = (int) Math.min(left, tar.contentAvailable());
                    random.write(stream.buffer(), stream.position(), n);
                    tar.consumeContent(n);
                    left -= n;
                }
            }
        }
    }

    /// Blocks of zeros become holes: a sparse file must not fill the disk.
    static void copy(Fd from, Fd to) throws IOException {
        var buffer = new byte[COPY_BYTES];
        var length = 0L;
        try (var random = new RandomAccessFile(path(to), "rw")) {
            for (var n = from.read(buffer, 0, buffer.length); n > 0; n = from.read(buffer, 0, buffer.length)) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("interrupted while copying");
                }
                if (!isZero(buffer, n)) {
                    random.seek(length);
                    random.write(buffer, 0, n);
                }
                length += n;
            }
            random.setLength(length);
        }
    }

    private static boolean isZero(byte[] bytes, int length) {
        return bytes[0] == 0 && Arrays.equals(bytes, 0, length - 1, bytes, 1, length);
    }

    private static String path(Fd file) {
        return "/proc/self/fd/" + file.number();
    }
}
