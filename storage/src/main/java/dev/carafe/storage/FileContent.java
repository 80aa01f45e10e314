package dev.carafe.storage;

import dev.carafe.linux.Fd;
import dev.carafe.linux.NativeMemory;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// Writes the content of a tar's regular files, from the stream's own buffer. For one thread.
final class FileContent {
    private static final int COPY_BYTES = 64 << 10;

    private final TarReader tar;
    private final CRC32C crc = new CRC32C();

    FileContent(TarReader tar) {
        this.tar = tar;
    }

    /// @param file new and empty
    /// @return the CRC-32C of the file's content
    int write(TarEntry entry, Fd file) throws IOException {
        crc.reset();
        if (entry.isSparse()) {
            sparse(entry.sparse(), file);
        } else {
            for (var n = tar.contentAvailable(); n > 0; n = tar.contentAvailable()) {
                var bytes = tar.content(n);
                crc.update(bytes.duplicate());
                file.write(bytes);
            }
        }
        return (int) crc.getValue();
    }

    /// Holes stay holes.
    private void sparse(SparseMap map, Fd file) throws IOException {
        file.truncate(map.fileBytes());
        var end = 0L;
        for (var i = 0; i < map.pieces(); i++) {
            addHole(map.offset(i) - end);
            end = map.offset(i) + map.length(i);
            for (var done = 0L; done < map.length(i); ) {
                var n = (int) Math.min(map.length(i) - done, tar.contentAvailable());
                var bytes = tar.content(n);
                crc.update(bytes.duplicate());
                file.writeAt(bytes, map.offset(i) + done);
                done += n;
            }
        }
        addHole(map.fileBytes() - end);
    }

    /// It reads as zeros.
    private void addHole(long length) throws IOException {
        var zeros = new byte[length > 0 ? COPY_BYTES : 0];
        for (var left = length; left > 0; left -= Math.min(left, zeros.length)) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while unpacking");
            }
            crc.update(zeros, 0, (int) Math.min(left, zeros.length));
        }
    }

    /// Blocks of zeros become holes: a sparse file must not fill the disk.
    static void copy(Fd from, Fd to) throws IOException {
        var buffer = new byte[COPY_BYTES];
        var length = 0L;
        try (var memory = new NativeMemory(COPY_BYTES)) {
            for (var n = from.read(buffer, 0, buffer.length); n > 0; n = from.read(buffer, 0, buffer.length)) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("interrupted while copying");
                }
                if (!isZero(buffer, n)) {
                    to.writeAt(memory.buffer().put(buffer, 0, n).flip(), length);
                }
                length += n;
            }
            to.truncate(length);
        }
    }

    private static boolean isZero(byte[] bytes, int length) {
        return bytes[0] == 0 && Arrays.equals(bytes, 0, length - 1, bytes, 1, length);
    }
}
