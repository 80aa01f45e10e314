package dev.carafe.storage;

import dev.carafe.linux.FileNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Reads a tar stream member by member: V7, ustar, pax and GNU with their extensions for long names, large
/// numbers, exact times, extended attributes and sparse files. Every field is bounded, and what it does not know
/// it refuses. Names come as they are: whoever creates files judges them. For one thread.
final class TarReader {
    /// Of a pax header or a long name; what archive/tar of Go, the tool of our peers, takes.
    static final int MAXIMUM_EXTENSION_BYTES = 1 << 20;
    /// PATH_MAX: a longer name or link target can't be used.
    static final int MAXIMUM_NAME_BYTES = 4096;
    /// Extension headers in front of one member.
    static final int MAXIMUM_EXTENSIONS = 16;

    /// XATTR_NAME_MAX and XATTR_SIZE_MAX (limits.h of Linux).
    private static final int MAXIMUM_XATTR_NAME_BYTES = 255;

    private static final int MAXIMUM_XATTR_BYTES = 64 << 10;
    private static final String XATTR_PREFIX = "SCHILY.xattr.";
    private static final int PERMISSIONS = 07777;
    /// The highest is no ID: chown(2) takes it for "leave as it is".
    private static final long MAXIMUM_ID = 0xffff_fffeL;
    private static final int MAXIMUM_MAJOR = 0xfff;
    private static final int MAXIMUM_MINOR = 0xfffff;
    private static final byte[] NONE = {};

    private final LayerStream stream;
    private final TarRecipe recipe;
    private final TarHeader header = new TarHeader();
    private Map<String, byte[]> global = Map.of();
    private Map<String, byte[]> local = Map.of();
    private byte[] longName = NONE;
    private byte[] longLink = NONE;
    private long contentLeft;
    private long paddingLeft;

    /// @param recipe is told of each byte that is no content of a regular file
    TarReader(LayerStream stream, TarRecipe recipe) {
        this.stream = stream;
        this.recipe = recipe;
    }

    /// The next member; whatever of the last one's content was not read is skipped. Empty at the archive's end.
    Optional<TarEntry> next() throws IOException {
        skip(contentLeft);
        skip(paddingLeft);
        contentLeft = 0;
        paddingLeft = 0;
        local = Map.of();
        longName = NONE;
        longLink = NONE;
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

    /// Lends so many bytes of the content, of those available; they are gone when more are asked for.
    ByteBuffer content(int count) {
        contentLeft -= count;
        return stream.take(count);
    }

    private boolean readHeader() throws IOException {
        if (!stream.fill()) {
            return false; // no end marker: as Go's and GNU tar's readers do, taken for the end
        }
        read(header.block());
        if (header.isZero()) {
            if (stream.fill()) {
                read(header.block());
                if (!header.isZero()) {
                    throw new BadLayerException("tar: a lone block of zeros");
                }
            }
            return false;
        }
        header.checkSum();
        return true;
    }

    private boolean takeExtension() throws IOException {
        switch (header.type()) {
            case 'x' -> local = PaxHeader.parse(extension());
            case 'g' -> {
                global = merged(global, PaxHeader.parse(extension()));
                boundGlobal();
            }
            case 'L' -> longName = extension();
            case 'K' -> longLink = extension();
            default -> {
                return false;
            }
        }
        return true;
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
        var size = size(header.size());
        if (size > MAXIMUM_EXTENSION_BYTES) {
            throw new BadLayerException("tar: extension header of " + size + " bytes");
        }
        var content = new byte[(int) size];
        read(content);
        skip(padding(size));
        return content;
    }

    private TarEntry entry() throws IOException {
        var pax = merged(global, local);
        var name = name(pax, "path", longName, header.name());
        var type = type(name);
        var link = name(pax, "linkpath", longLink, header.linkName());
        var isDevice = type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
        var major = isDevice ? device(header.deviceMajor(), MAXIMUM_MAJOR) : 0;
        var minor = isDevice ? device(header.deviceMinor(), MAXIMUM_MINOR) : 0;
        var attributes = new Attributes(
                (int) header.mode() & PERMISSIONS,
                id(pax.containsKey("uid") ? decimal(pax, "uid") : header.uid(), "uid"),
                id(pax.containsKey("gid") ? decimal(pax, "gid") : header.gid(), "gid"),
                modified(pax),
                xattrs(pax));
        if (hasContent()) {
            contentLeft = size(pax.containsKey("size") ? decimal(pax, "size") : header.size());
            paddingLeft = padding(contentLeft);
        }
        var isRegular = type == TarEntry.Type.REGULAR;
        var sparse = isRegular && GnuSparse.isSparse(header, pax) ? sparse(pax) : SparseMap.NONE;
        return new TarEntry(type, name, link, attributes, isRegular ? contentLeft : 0, sparse, major, minor);
    }

    /// Any size of another member means nothing, as with Go's reader.
    private boolean hasContent() {
        return switch (header.type()) {
            case 0, '0', '7', 'S' -> true;
            default -> false;
        };
    }

    private TarEntry.Type type(String name) throws BadLayerException {
        return switch (header.type()) {
            // V7 had no type for directories.
            case 0, '0', '7' -> name.endsWith("/") ? TarEntry.Type.DIRECTORY : TarEntry.Type.REGULAR;
            case 'S' -> TarEntry.Type.REGULAR;
            case '1' -> TarEntry.Type.HARD_LINK;
            case '2' -> TarEntry.Type.SYMBOLIC_LINK;
            case '3' -> TarEntry.Type.CHARACTER_DEVICE;
            case '4' -> TarEntry.Type.BLOCK_DEVICE;
            case '5' -> TarEntry.Type.DIRECTORY;
            case '6' -> TarEntry.Type.FIFO;
            default ->
                throw new BadLayerException("tar: member type 0x" + Integer.toHexString(header.type() & 0xff)
                        + " is not supported: " + name);
        };
    }

    private SparseMap sparse(Map<String, byte[]> pax) throws IOException {
        var fileBytes = size(GnuSparse.fileBytes(header, pax));
        if (GnuSparse.leads(pax)) {
            return GnuSparse.map(header, pax, this::readContentBlock).build(fileBytes, contentLeft);
        }
        return GnuSparse.map(header, pax, this::read).build(fileBytes, contentLeft);
    }

    private void readContentBlock(byte[] block) throws IOException {
        if (contentLeft < block.length) {
            throw new BadLayerException("tar: sparse map without an end");
        }
        read(block);
        contentLeft -= block.length;
    }

    private static String name(Map<String, byte[]> pax, String key, byte[] longForm, String plain)
            throws BadLayerException {
        var value = pax.get(key);
        if (key.equals("path")) {
            value = pax.getOrDefault(GnuSparse.NAME, value);
        }
        var name = plain;
        if (value != null) {
            name = FileNames.decode(value);
        } else if (longForm.length > 0) {
            name = FileNames.decode(longForm, 0, terminated(longForm));
        }
        if (name.indexOf('\0') >= 0) {
            throw new BadLayerException("tar: NUL in " + key);
        }
        if (name.length() > MAXIMUM_NAME_BYTES) {
            throw new BadLayerException("tar: " + key + " is longer than " + MAXIMUM_NAME_BYTES + " bytes");
        }
        return name;
    }

    private static int terminated(byte[] text) {
        var end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return end;
    }

    private static long decimal(Map<String, byte[]> pax, String key) throws BadLayerException {
        return TarNumbers.decimal(text(pax, key), key);
    }

    private static String text(Map<String, byte[]> pax, String key) {
        return new String(pax.getOrDefault(key, NONE), StandardCharsets.US_ASCII);
    }

    private static long size(long size) throws BadLayerException {
        if (size < 0 || size > Long.MAX_VALUE - TarHeader.BYTES) {
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

    private static int device(long number, int maximum) throws BadLayerException {
        if (number < 0 || number > maximum) {
            throw new BadLayerException("tar: device number " + number + " is out of range");
        }
        return (int) number;
    }

    private Instant modified(Map<String, byte[]> pax) throws BadLayerException {
        return pax.containsKey("mtime")
                ? TarNumbers.time(text(pax, "mtime"), "mtime")
                : TarNumbers.instant(header.modifiedSeconds(), 0, "mtime");
    }

    private static Map<String, byte[]> xattrs(Map<String, byte[]> pax) throws BadLayerException {
        if (pax.isEmpty()) {
            return Map.of();
        }
        var xattrs = new HashMap<String, byte[]>();
        for (var record : pax.entrySet()) {
            if (record.getKey().startsWith(XATTR_PREFIX)) {
                var name = record.getKey().substring(XATTR_PREFIX.length());
                if (Xattrs.isKept(name)) {
                    checkXattr(name, record.getValue());
                    xattrs.put(name, record.getValue());
                }
            }
        }
        return xattrs.isEmpty() ? Map.of() : xattrs;
    }

    private static void checkXattr(String name, byte[] value) throws BadLayerException {
        if (name.length() > MAXIMUM_XATTR_NAME_BYTES || name.indexOf('\0') >= 0) {
            throw new BadLayerException("tar: extended attribute with a name of " + name.length() + " bytes or a NUL");
        }
        if (value.length > MAXIMUM_XATTR_BYTES) {
            throw new BadLayerException("tar: extended attribute " + name + " of " + value.length + " bytes");
        }
    }

    /// The second over the first; an empty value takes a key away. Attributes may well be empty.
    private static Map<String, byte[]> merged(Map<String, byte[]> first, Map<String, byte[]> second) {
        if (second.isEmpty()) {
            return first;
        }
        var all = new HashMap<>(first);
        second.forEach((key, value) -> {
            if (value.length == 0 && !key.startsWith(XATTR_PREFIX)) {
                all.remove(key);
            } else {
                all.put(key, value);
            }
        });
        return all;
    }

    /// Fills it.
    private void read(byte[] bytes) throws IOException {
        for (var at = 0; at < bytes.length; ) {
            if (!stream.fill()) {
                throw cutShort();
            }
            var n = Math.min(bytes.length - at, stream.available());
            stream.copy(bytes, at, n);
            at += n;
        }
        recipe.bytes(bytes);
    }

    private void skip(long count) throws IOException {
        for (var left = count; left > 0; ) {
            if (!stream.fill()) {
                throw cutShort();
            }
            var n = (int) Math.min(left, stream.available());
            recipe.bytes(stream.take(n));
            left -= n;
        }
    }

    /// Whatever follows the archive's end.
    void finish() throws IOException {
        while (stream.fill()) {
            recipe.bytes(stream.take(stream.available()));
        }
    }

    private static long padding(long size) {
        return -size & (TarHeader.BYTES - 1);
    }

    private static BadLayerException cutShort() {
        return new BadLayerException("tar: cut short");
    }
}
