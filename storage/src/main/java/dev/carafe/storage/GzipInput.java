package dev.carafe.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Gzip (RFC 1952) of one or more members, as pigz and eStargz write them. Unlike `GZIPInputStream` it reads in
/// large pieces and takes whatever follows the last member for damage.
final class GzipInput extends InputStream {
    private static final int BUFFER_BYTES = 64 << 10;
    /// Name, comment and extra field of one header together.
    private static final int MAXIMUM_HEADER_BYTES = 128 << 10;
    private static final int MAGIC_1 = 0x1f;
    private static final int MAGIC_2 = 0x8b;
    private static final int DEFLATE = 8;
    private static final int HAS_HEADER_CRC = 1 << 1;
    private static final int HAS_EXTRA = 1 << 2;
    private static final int HAS_NAME = 1 << 3;
    private static final int HAS_COMMENT = 1 << 4;
    private static final int RESERVED_FLAGS = 0xe0;

    private final InputStream source;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private int headerBytes;
    private boolean inMember;
    private boolean ended;

    GzipInput(InputStream source) {
        this.source = source;
    }

    static boolean begins(byte[] head) {
        return head[0] == (byte) MAGIC_1 && head[1] == (byte) MAGIC_2;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            if (!inMember) {
                beginMember();
                continue;
            }
            var n = inflate(bytes, offset, length);
            if (n > 0) {
                crc.update(bytes, offset, n);
                return n;
            }
            if (inflater.finished()) {
                endMember();
            } else {
                feed();
            }
        }
        return -1;
    }

    @Override
    public void close() {
        inflater.end();
    }

    private int inflate(byte[] bytes, int offset, int length) throws BadLayerException {
        try {
            var n = inflater.inflate(bytes, offset, length);
            if (n == 0 && inflater.needsDictionary()) {
                throw new BadLayerException("gzip: needs a dictionary");
            }
            return n;
        } catch (DataFormatException e) {
            throw new BadLayerException("gzip: " + e.getMessage(), e);
        }
    }

    private void feed() throws IOException {
        if (!refill()) {
            throw truncated();
        }
        inflater.setInput(buffer, 0, limit);
        position = limit;
    }

    private boolean refill() throws IOException {
        var n = source.read(buffer, 0, buffer.length);
        position = 0;
        limit = Math.max(n, 0);
        return n > 0;
    }

    /// There is another member, or the source is at its end.
    private void beginMember() throws IOException {
        if (position == limit && !refill()) {
            ended = true;
            return;
        }
        headerBytes = 0;
        if (next() != MAGIC_1 || next() != MAGIC_2 || next() != DEFLATE) {
            throw new BadLayerException("gzip: what follows is no member");
        }
        var flags = next();
        if ((flags & RESERVED_FLAGS) != 0) {
            throw new BadLayerException("gzip: reserved flags are set");
        }
        skip(6); // time, extra flags, operating system
        if ((flags & HAS_EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        if ((flags & HAS_NAME) != 0) {
            skipText();
        }
        if ((flags & HAS_COMMENT) != 0) {
            skipText();
        }
        if ((flags & HAS_HEADER_CRC) != 0) {
            skip(2);
        }
        inflater.reset();
        crc.reset();
        inflater.setInput(buffer, position, limit - position);
        position = limit;
        inMember = true;
    }

    private void endMember() throws IOException {
        position = limit - inflater.getRemaining();
        headerBytes = 0;
        var expectedCrc = littleEndian();
        var expectedLength = littleEndian();
        if (expectedCrc != crc.getValue()) {
            throw new BadLayerException("gzip: checksum differs");
        }
        if (expectedLength != (inflater.getBytesWritten() & 0xffff_ffffL)) {
            throw new BadLayerException("gzip: length differs");
        }
        inMember = false;
    }

    private long littleEndian() throws IOException {
        return next() | next() << 8 | next() << 16 | (long) next() << 24;
    }

    private void skip(int count) throws IOException {
        for (var i = 0; i < count; i++) {
            next();
        }
    }

    private void skipText() throws IOException {
        while (next() != 0) {
            // next() bounds it
        }
    }

    private int next() throws IOException {
        if (position == limit && !refill()) {
            throw truncated();
        }
        if (++headerBytes > MAXIMUM_HEADER_BYTES) {
            throw new BadLayerException("gzip: header too long");
        }
        return buffer[position++] & 0xff;
    }

    private static BadLayerException truncated() {
        return new BadLayerException("gzip: cut short");
    }
}
