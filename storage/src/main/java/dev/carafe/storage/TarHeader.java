package dev.carafe.storage;

import dev.carafe.linux.FileNames;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// One header block of a tar archive and the fields in it (POSIX pax, "ustar Interchange Format"; GNU tar manual,
/// "Basic Tar Format"). Its bytes change with each member; what a field means beside others is the reader's to
/// say.
final class TarHeader {
    static final int BYTES = 512;

    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_END = 156;
    private static final int TYPE = 156;
    private static final int MAGIC = 257;
    private static final int PREFIX = 345;
    private static final byte[] USTAR = "ustar\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] GNU = "ustar  \0".getBytes(StandardCharsets.US_ASCII);

    private final byte[] block = new byte[BYTES];

    /// To be filled by the reader.
    byte[] block() {
        return block;
    }

    boolean isZero() {
        for (var b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /// The sum over the header with blanks for the sum itself; old writers added signed bytes.
    void checkSum() throws BadLayerException {
        var unsigned = 0;
        var signed = 0;
        for (var b : block) {
            unsigned += b & 0xff;
            signed += b;
        }
        for (var i = CHECKSUM; i < CHECKSUM_END; i++) {
            unsigned += ' ' - (block[i] & 0xff);
            signed += ' ' - block[i];
        }
        var expected = number(CHECKSUM, CHECKSUM_END - CHECKSUM, "checksum");
        if (expected != unsigned && expected != signed) {
            throw new BadLayerException("tar: no header where one is due");
        }
    }

    byte type() {
        return block[TYPE];
    }

    String name() {
        var name = text(0, 100);
        // GNU headers keep other things where ustar keeps the prefix.
        return is(USTAR) && block[PREFIX] != 0 ? text(PREFIX, 155) + "/" + name : name;
    }

    String linkName() {
        return text(157, 100);
    }

    long mode() throws BadLayerException {
        return number(100, 8, "mode");
    }

    long uid() throws BadLayerException {
        return number(108, 8, "uid");
    }

    long gid() throws BadLayerException {
        return number(116, 8, "gid");
    }

    long size() throws BadLayerException {
        return number(124, 12, "size");
    }

    long modifiedSeconds() throws BadLayerException {
        return number(136, 12, "mtime");
    }

    /// V7 headers have no such field.
    long deviceMajor() throws BadLayerException {
        return is(USTAR) || is(GNU) ? number(329, 8, "device number") : 0;
    }

    long deviceMinor() throws BadLayerException {
        return is(USTAR) || is(GNU) ? number(337, 8, "device number") : 0;
    }

    long number(int offset, int length, String field) throws BadLayerException {
        return TarNumbers.parse(block, offset, length, field);
    }

    /// Up to a NUL or the field's end.
    private String text(int offset, int length) {
        var bits = 0;
        var end = offset;
        while (end < offset + length && block[end] != 0) {
            bits |= block[end++];
        }
        return bits >= 0 // ASCII, as nearly all names are
                ? new String(block, offset, end - offset, StandardCharsets.ISO_8859_1)
                : FileNames.decode(block, offset, end - offset);
    }

    private boolean is(byte[] magic) {
        return Arrays.equals(block, MAGIC, MAGIC + magic.length, magic, 0, magic.length);
    }
}
