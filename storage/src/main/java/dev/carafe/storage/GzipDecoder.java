package dev.carafe.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;

/// Gzip (RFC 1952) of one or more members, as pigz and eStargz write them. Unlike `GZIPInputStream` it reads in
/// large pieces, inflates by the host's fastest means, and takes whatever follows the last member for damage.
final class GzipDecoder implements Decoder {
    /// Before what was read last: the end of what was read before, which the inflater may give back.
    private static final int BEGIN = RawInflater.MAXIMUM_GIVEN_BACK;

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
    private final RawInflater inflater;
    private final CRC32 crc = new CRC32();
    private final byte[] buffer = new byte[BEGIN + RawInflater.MAXIMUM_INPUT_BYTES];
    private int position = BEGIN;
    private int limit = BEGIN;
    private int headerBytes;
    private long memberBytes;
    private boolean inMember;
    private boolean ended;

    /// Takes the inflater over.
    GzipDecoder(InputStream source, RawInflater inflater) {
        this.source = source;
        this.inflater = inflater;
    }

    static boolean begins(byte[] head) {
        return head[0] == (byte) MAGIC_1 && head[1] == (byte) MAGIC_2;
    }

    @Override
    public boolean decode(ByteBuffer target) throws IOException {
        while (!ended) {
            if (!inMember) {
                beginMember();
                continue;
            }
            if (inflate(target) > 0) {
                return true;
            }
            if (inflater.isFinished()) {
                endMember();
            } else {
                feed();
            }
        }
        return false;
    }

    @Override
    public void close() {
        inflater.close();
    }

    private int inflate(ByteBuffer target) throws BadLayerException {
        var from = target.position();
        try {
            var n = inflater.inflate(target);
            crc.update(target.slice(from, n));
            memberBytes += n;
            return n;
        } catch (DataFormatException e) {
            throw new BadLayerException("gzip: " + e.getMessage(), e);
        }
    }

    private void feed() throws IOException {
        if (!refill()) {
            throw truncated();
        }
        give();
    }

    private void give() {
        inflater.input(buffer, position, limit - position);
        position = limit;
    }

    private boolean refill() throws IOException {
        System.arraycopy(buffer, limit - BEGIN, buffer, 0, BEGIN);
        var n = Math.max(source.read(buffer, BEGIN, buffer.length - BEGIN), 0);
        position = BEGIN;
        limit = BEGIN + n;
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
        memberBytes = 0;
        give();
        inMember = true;
    }

    private void endMember() throws IOException {
        position = limit - inflater.remaining();
        headerBytes = 0;
        var expectedCrc = littleEndian();
        var expectedLength = littleEndian();
        if (expectedCrc != crc.getValue()) {
            throw new BadLayerException("gzip: checksum differs");
        }
        if (expectedLength != (memberBytes & 0xffff_ffffL)) {
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
