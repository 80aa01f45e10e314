package dev.carafe.storage;

import dev.carafe.linux.FileNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Reads a tar stream member by member: V7, ustar, pax and GNU with their extensions for long names, large
/// numbers, exact times and extended attributes. Every field is bounded, and what it does not know it refuses.
/// Names come as they are: whoever creates files judges them. For one thread.
final class TarReader {
    static final int BLOCK = 512;
    /// Of a pax header or a long name; what archive/tar of Go, the tool of our peers, takes.
    static final int MAXIMUM_EXTENSION_BYTES = 1 << 20;
    /// PATH_MAX: a longer name or link target can't be used.
    static final int MAXIMUM_NAME_BYTES = 4096;
    /// Extension headers in front of one member.
    static final int MAXIMUM_EXTENSIONS = 16;

    private static final int MAGIC_OFFSET = 257;
    private static final byte[] USTAR = "ustar\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] GNU = "ustar  \0".getBytes(StandardCharsets.US_ASCII);
    private static final long MAXIMUM_ID = 0xffff_fffeL;

    private final LayerStream stream;
    private final byte[] block = new byte[BLOCK];
    private Map<String, byte[]> global = Map.of();
    private Map<String, byte[]> local = Map.of();
    private byte[] longName = {};
    private byte[] longLink = {};
    private long contentLeft;
    private long paddingLeft;

    TarReader(LayerStream stream) {
        this.stream = stream;
    }

    /// The next member; whatever of the last one's content was not read is skipped. Empty at the archive's end.
    Optional<TarEntry> next() throws IOException {
        skip(contentLeft + paddingLeft);
        contentLeft = 0;
        paddingLeft = 0;
        local = Map.of();
        longName = new byte[0];
        longLink = new byte[0];
        for (var extensions = 0; extensions <= MAXIMUM_EXTENSIONS; extensions++) {
            if (!readHeader()) {
                if (extensions > 0) {
                    throw new BadLayerException("tar: ends after an extension header");
                }
                return Optional.empty();
            }
            if (!takeExtension()) {
                return Optional.of(entry());
            }
        }
        throw new BadLayerException("tar: more than " + MAXIMUM_EXTENSIONS + " extension headers before one member");
    }

    /// How many bytes of the current member's content the stream's buffer holds now; 0 at the content's end.
    int contentAvailable() throws IOException {
        if (contentLeft == 0) {
            return 0;
        }
        if (!stream.fill()) {
            throw cutShort();
        }
        return (int) Math.min(contentLeft, stream.available());
    }

    void consumeContent(int count) {
        stream.consume(count);
        contentLeft -= count;
    }

    private boolean readHeader() throws IOException {
        if (!stream.fill()) {
            return false; // no end marker: as Go's and GNU tar's readers do, taken for the end
        }
        readBlock();
        if (isZero()) {
            if (stream.fill()) {
                readBlock();
                if (!isZero()) {
                    throw new BadLayerException("tar: a lone block of zeros");
                }
            }
            return false;
        }
        checkSum();
        return true;
    }

    private boolean takeExtension() throws IOException {
        switch (block[156]) {
            case 'x' -> {
                local = PaxHeader.parse(extension());
                return true;
            }
            case 'g' -> {
                global = merged(global, PaxHeader.parse(extension()));
                boundGlobal();
                return true;
            }
            case 'L' -> {
                longName = extension();
                return true;
            }
            case 'K' -> {
                longLink = extension();
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    private void boundGlobal() throws BadLayerException {
        var bytes = 0L;
        for (var record : global.entrySet()) {
            bytes += record.getKey().length() + record.getValue().length;
        }
        if (bytes > MAXIMUM_EXTENSION_BYTES) {
            throw new BadLayerException("tar: global pax headers of " + bytes + " bytes");
        }
    }

    private byte[] extension() throws IOException {
        var size = size(TarNumbers.parse(block, 124, 12, "size"));
        if (size > MAXIMUM_EXTENSION_BYTES) {
            throw new BadLayerException("tar: extension header of " + size + " bytes");
        }
        var content = new byte[(int) size];
        for (var at = 0; at < content.length; ) {
            if (!stream.fill()) {
                throw cutShort();
            }
            var n = Math.min(content.length - at, stream.available());
            System.arraycopy(stream.buffer(), stream.position(), content, at, n);
            stream.consume(n);
            at += n;
        }
        skip(padding(size));
        return content;
    }

    private TarEntry entry() throws IOException {
        var pax = merged(global, local);
        for (var key : pax.keySet()) {
            if (key.startsWith("GNU.sparse.")) {
                throw new BadLayerException("tar: sparse files are not supported");
            }
        }
        var name = name(pax, "path", longName, headerName());
        var link = name(pax, "linkpath", longLink, text(157, 100));
        var type = type(name);
        var size = size(number(pax, "size", 124, 12));
        if (type == TarEntry.Type.REGULAR) {
            contentLeft = size;
            paddingLeft = padding(size);
        } else {
            size = 0; // any size of a member without content means nothing, as with Go's reader
        }
        var mode = (int) TarNumbers.parse(block, 100, 8, "mode") & 07777;
        var uid = id(number(pax, "uid", 108, 8), "uid");
        var gid = id(number(pax, "gid", 116, 8), "gid");
        var isDevice = type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
        var major = isDevice ? device(329, 0xfff) : 0;
        var minor = isDevice ? device(337, 0xfffff) : 0;
        return new TarEntry(type, name, link, mode, uid, gid, size, modified(pax), major, minor, xattrs(pax));
    }

    private TarEntry.Type type(String name) throws BadLayerException {
        return switch (block[156]) {
            // V7 had no type for directories.
            case 0 -> name.endsWith("/") ? TarEntry.Type.DIRECTORY : TarEntry.Type.REGULAR;
            case '0', '7' -> TarEntry.Type.REGULAR;
            case '1' -> TarEntry.Type.HARD_LINK;
            case '2' -> TarEntry.Type.SYMBOLIC_LINK;
            case '3' -> TarEntry.Type.CHARACTER_DEVICE;
            case '4' -> TarEntry.Type.BLOCK_DEVICE;
            case '5' -> TarEntry.Type.DIRECTORY;
            case '6' -> TarEntry.Type.FIFO;
            case 'S' -> throw new BadLayerException("tar: sparse files are not supported: " + name);
            default ->
                throw new BadLayerException(
                        "tar: member type 0x" + Integer.toHexString(block[156] & 0xff) + " is not supported: " + name);
        };
    }

    private static String name(Map<String, byte[]> pax, String key, byte[] longForm, String plain)
            throws BadLayerException {
        var value = pax.get(key);
        var name = plain;
        if (value != null) {
            name = FileNames.decode(value);
        } else if (longForm.length > 0) {
            name = FileNames.decode(longForm, 0, terminated(longForm, 0, longForm.length));
        }
        if (name.indexOf('\0') >= 0) {
            throw new BadLayerException("tar: NUL in " + key);
        }
        if (name.length() > MAXIMUM_NAME_BYTES) {
            throw new BadLayerException("tar: " + key + " is longer than " + MAXIMUM_NAME_BYTES + " bytes");
        }
        return name;
    }

    private String headerName() {
        var name = text(0, 100);
        // GNU headers keep other things where ustar keeps the prefix.
        return is(USTAR) && block[345] != 0 ? text(345, 155) + "/" + name : name;
    }

    private static long number(Map<String, byte[]> pax, String key, int offset, int length, byte[] block)
            throws BadLayerException {
        var value = pax.get(key);
        return value != null
                ? TarNumbers.decimal(new String(value, StandardCharsets.US_ASCII), key)
                : TarNumbers.parse(block, offset, length, key);
    }

    private long number(Map<String, byte[]> pax, String key, int offset, int length) throws BadLayerException {
        return number(pax, key, offset, length, block);
    }

    private static long size(long size) throws BadLayerException {
        if (size < 0 || size > Long.MAX_VALUE - BLOCK) {
            throw new BadLayerException("tar: member of " + size + " bytes");
        }
        return size;
    }

    private static int id(long id, String field) throws BadLayerException {
        if (id < 0 || id > MAXIMUM_ID) {
            throw new BadLayerException("tar: " + field + " " + id + " is out of range");
        }
        return (int) id;
    }

    private int device(int offset, int maximum) throws BadLayerException {
        // V7 headers have no such field.
        var number = is(USTAR) || is(GNU) ? TarNumbers.parse(block, offset, 8, "device") : 0;
        if (number < 0 || number > maximum) {
            throw new BadLayerException("tar: device number " + number + " is out of range");
        }
        return (int) number;
    }

    private Instant modified(Map<String, byte[]> pax) throws BadLayerException {
        var value = pax.get("mtime");
        return value != null
                ? TarNumbers.time(new String(value, StandardCharsets.US_ASCII), "mtime")
                : TarNumbers.instant(TarNumbers.parse(block, 136, 12, "mtime"), 0, "mtime");
    }

    private static Map<String, byte[]> xattrs(Map<String, byte[]> pax) {
        if (pax.isEmpty()) {
            return Map.of();
        }
        var prefix = "SCHILY.xattr.";
        var xattrs = new HashMap<String, byte[]>();
        pax.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                xattrs.put(key.substring(prefix.length()), value);
            }
        });
        return xattrs.isEmpty() ? Map.of() : xattrs;
    }

    /// The second over the first; an empty value takes a key away. Attributes may well be empty.
    private static Map<String, byte[]> merged(Map<String, byte[]> first, Map<String, byte[]> second) {
        if (second.isEmpty()) {
            return first;
        }
        var all = new HashMap<>(first);
        second.forEach((key, value) -> {
            if (value.length == 0 && !key.startsWith("SCHILY.xattr.")) {
                all.remove(key);
            } else {
                all.put(key, value);
            }
        });
        return all;
    }

    private boolean is(byte[] magic) {
        return Arrays.equals(block, MAGIC_OFFSET, MAGIC_OFFSET + magic.length, magic, 0, magic.length);
    }

    private String text(int offset, int length) {
        return FileNames.decode(block, offset, terminated(block, offset, length) - offset);
    }

    private static int terminated(byte[] bytes, int offset, int length) {
        var at = offset;
        while (at < offset + length && bytes[at] != 0) {
            at++;
        }
        return at;
    }

    private void readBlock() throws IOException {
        for (var at = 0; at < BLOCK; ) {
            if (!stream.fill()) {
                throw cutShort();
            }
            var n = Math.min(BLOCK - at, stream.available());
            System.arraycopy(stream.buffer(), stream.position(), block, at, n);
            stream.consume(n);
            at += n;
        }
    }

    private boolean isZero() {
        for (var b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /// The sum over the header with blanks for the sum itself; old writers added signed bytes.
    private void checkSum() throws BadLayerException {
        var unsigned = 0L;
        var signed = 0L;
        for (var i = 0; i < BLOCK; i++) {
            var value = i >= 148 && i < 156 ? (byte) ' ' : block[i];
            unsigned += value & 0xff;
            signed += value;
        }
        var expected = TarNumbers.parse(block, 148, 8, "checksum");
        if (expected != unsigned && expected != signed) {
            throw new BadLayerException("tar: no header where one is due");
        }
    }

    private void skip(long count) throws IOException {
        for (var left = count; left > 0; ) {
            if (!stream.fill()) {
                throw cutShort();
            }
            var n = (int) Math.min(left, stream.available());
            stream.consume(n);
            left -= n;
        }
    }

    private static long padding(long size) {
        return -size & BLOCK - 1;
    }

    private static BadLayerException cutShort() {
        return new BadLayerException("tar: cut short");
    }
}
