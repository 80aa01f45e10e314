package dev.carafe.storage;

import dev.carafe.linux.FileNames;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/// Writes down while a layer is unpacked what its files don't tell of its tar, so that the same bytes can be made
/// again: headers, padding, all that has no file, and where the content of which file belongs between. A gzip file of
/// steps, each a letter and what it needs, numbers in network order:
///
/// ```
/// V int                       first: the version of the form
/// H long words                a block that differs from the last one of this kind in the words of eight bytes whose
///                             bits the number has set, the first word's being the lowest
/// B int bytes                 so many bytes as they follow
/// Z long                      so many zeros
/// F short short name long     content: so many bytes of a file. Its path takes so many bytes of the last path, and
///                             then these
/// S short short name int long long ...   the same of a sparse file: so many pieces, each with offset and length
/// A short short name          what has this path now is set aside, as the next number; a later file replaced it
/// E long long                 last: the bytes of the tar, and how many steps there were
/// ```
///
/// A tar for which that would become too large gets none. For one thread.
final class TarRecipe implements AutoCloseable {
    static final int VERSION = 1;
    /// What [#finish] gives instead of a size.
    static final long NONE = -1;
    /// Of a recipe, compressed: that of some ten million usual files.
    static final long MAXIMUM_BYTES = 256 << 20;
    /// What is set aside; whoever makes the tar again holds all their paths in memory.
    static final int MAXIMUM_ASIDE = 1 << 14;

    static final int WORD_BYTES = Long.BYTES;

    private static final int BUFFER_BYTES = 32 << 10;
    /// The longest that a step is without names, bytes and pieces.
    private static final int STEP_BYTES = 32;

    private static final int DEFLATE_LEVEL = 1;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(BUFFER_BYTES);

    private final Path file;
    private final FileChannel channel;
    private final OutputStream compressed;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private final byte[] lastBlock = new byte[TarHeader.BYTES];
    private byte[] lastPath = {};
    private long tarBytes;
    private long steps;
    private int aside;
    private boolean isGivenUp;

    /// The least that compresses: most of it is names and zeros.
    private static final class Compressed extends GZIPOutputStream {
        Compressed(FileChannel channel) throws IOException {
            super(Channels.newOutputStream(channel), BUFFER_BYTES);
            def.setLevel(DEFLATE_LEVEL);
        }
    }

    TarRecipe(Path file) throws IOException {
        this.file = file;
        channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            compressed = new Compressed(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        step('V', 0).putInt(VERSION);
    }

    /// Bytes of the tar.
    void bytes(byte[] bytes) throws IOException {
        if (isGivenUp || bytes.length == 0) {
            return;
        }
        if (bytes.length == TarHeader.BYTES) {
            block(bytes);
        } else {
            literal(ByteBuffer.wrap(bytes));
        }
    }

    /// All that is left in the direct buffer, whose position stays where it is.
    void bytes(ByteBuffer bytes) throws IOException {
        if (isGivenUp || !bytes.hasRemaining()) {
            return;
        }
        var isZero = bytes.remaining() <= BUFFER_BYTES
                && bytes.mismatch(ZEROS.duplicate().limit(bytes.remaining())) < 0;
        if (isZero) {
            tarBytes += bytes.remaining();
            step('Z', 0).putLong(bytes.remaining());
        } else {
            literal(bytes.duplicate());
        }
    }

    private void block(byte[] block) throws IOException {
        tarBytes += block.length;
        var output = step('H', block.length);
        var maskAt = output.position();
        var mask = 0L;
        output.putLong(0);
        for (var at = Arrays.mismatch(block, lastBlock); at >= 0; at = mismatch(block, lastBlock, at)) {
            at -= at % WORD_BYTES;
            mask |= 1L << (at / WORD_BYTES);
            output.put(block, at, WORD_BYTES);
            at += WORD_BYTES;
        }
        output.putLong(maskAt, mask);
        System.arraycopy(block, 0, lastBlock, 0, block.length);
    }

    /// The first from there on where they differ; -1 for none.
    private static int mismatch(byte[] a, byte[] b, int from) {
        var found = Arrays.mismatch(a, from, a.length, b, from, b.length);
        return found < 0 ? found : from + found;
    }

    private void literal(ByteBuffer bytes) throws IOException {
        tarBytes += bytes.remaining();
        step('B', 0).putInt(bytes.remaining());
        while (bytes.hasRemaining()) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            var count = Math.min(bytes.remaining(), buffer.remaining());
            buffer.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
        }
    }

    /// Content of the tar that a file has from its beginning.
    ///
    /// @param path below the layer's root, through no symbolic link
    void content(String path, long length) throws IOException {
        if (isGivenUp || length == 0) {
            return;
        }
        tarBytes += length;
        path('F', path).putLong(length);
    }

    /// The same of a sparse file, in the order of its pieces.
    void content(String path, SparseMap map) throws IOException {
        if (isGivenUp || map.pieces() == 0) {
            return;
        }
        path('S', path).putInt(map.pieces());
        for (var i = 0; i < map.pieces(); i++) {
            room(2 * Long.BYTES).putLong(map.offset(i)).putLong(map.length(i));
            tarBytes += map.length(i);
        }
    }

    /// What has the path goes away, to be kept under a number.
    ///
    /// @return the number; negative when it need not be kept
    int aside(String path) throws IOException {
        if (aside == MAXIMUM_ASIDE) {
            isGivenUp = true;
        }
        if (isGivenUp) {
            return -1;
        }
        path('A', path);
        return aside++;
    }

    private ByteBuffer path(char letter, String path) throws IOException {
        var bytes = FileNames.encode(path);
        var common = Arrays.mismatch(bytes, lastPath);
        common = common < 0 ? bytes.length : common;
        var rest = bytes.length - common;
        lastPath = bytes;
        return step(letter, rest)
                .putShort((short) common)
                .putShort((short) rest)
                .put(bytes, common, rest);
    }

    /// @param further bytes that it needs beside the usual
    private ByteBuffer step(char letter, int further) throws IOException {
        steps++;
        return room(STEP_BYTES + further).put((byte) letter);
    }

    private ByteBuffer room(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            flush();
        }
        return buffer;
    }

    private void flush() throws IOException {
        compressed.write(buffer.array(), 0, buffer.position());
        buffer.clear();
        isGivenUp |= channel.position() > MAXIMUM_BYTES;
    }

    /// Nothing is added afterwards; a recipe without its end is a damaged one.
    ///
    /// @return how many bytes the tar has; [#NONE] where there is no recipe in the end
    long finish() throws IOException {
        if (!isGivenUp) {
            step('E', 0).putLong(tarBytes).putLong(steps);
            flush();
        }
        compressed.close();
        if (isGivenUp) {
            Files.delete(file);
            return NONE;
        }
        return tarBytes;
    }

    /// Idempotent.
    @Override
    public void close() throws IOException {
        try (channel) {
            compressed.close();
        }
    }
}
