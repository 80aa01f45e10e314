package dev.carafe.storage;

import dev.carafe.linux.FileNames;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// A tar of few large files that is read where it stands: its members by name, in any order and several at once.
/// The archive is foreign: sizes and counts are bounded, nothing is unpacked, and of two members with one name the
/// later counts, as when it is unpacked. Safe for all threads.
public final class TarArchive implements AutoCloseable {
    /// Images' archives have some three members a layer.
    static final int MAXIMUM_MEMBERS = 20_000;

    /// Of all members and links together; they are held in memory.
    static final int MAXIMUM_NAME_CHARACTERS = 1 << 20;

    /// Symbolic links that are followed one after the other.
    private static final int MAXIMUM_LINKS = 4;

    private static final byte[] NONE = {};

    private final FileChannel channel;
    private final Map<String, Extent> files = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();
    private int nameCharacters;

    private TarArchive(FileChannel channel) {
        this.channel = channel;
    }

    /// Reads all headers.
    ///
    /// @throws BadLayerException when it is no tar, or a damaged or compressed one
    public static TarArchive open(Path file) throws IOException {
        var archive = new TarArchive(FileChannel.open(file));
        try {
            archive.index();
            return archive;
        } catch (IOException | RuntimeException e) {
            archive.close();
            throw e;
        }
    }

    private record Extent(long offset, long size) {}

    private void index() throws IOException {
        var header = new TarHeader();
        var name = "";
        var size = -1L;
        var headers = 0;
        for (var at = 0L; readHeader(header, at); ) {
            if (++headers > MAXIMUM_MEMBERS) {
                throw new BadLayerException("tar: more than " + MAXIMUM_MEMBERS + " members");
            }
            var content = at + TarHeader.BYTES;
            var isExtension = false;
            switch (header.type()) {
                case 'x' -> {
                    var pax = PaxHeader.parse(extension(content, header.size()));
                    name = text(pax.getOrDefault("path", NONE), name);
                    var bytes = pax.get("size");
                    size = bytes == null ? size : TarNumbers.decimal(FileNames.decode(bytes, 0, bytes.length), "size");
                    isExtension = true;
                }
                case 'L' -> {
                    name = text(extension(content, header.size()), name);
                    isExtension = true;
                }
                case 'g', 'K' -> isExtension = true;
                default -> {}
            }
            var bytes = isExtension ? header.size() : contentBytes(header, size);
            if (bytes < 0 || bytes > channel.size() - content) {
                throw new BadLayerException("tar: it ends within a member");
            }
            if (!isExtension) {
                add(name.isEmpty() ? header.name() : name, header, new Extent(content, bytes));
                name = "";
                size = -1;
            }
            at = content + (bytes + TarHeader.BYTES - 1) / TarHeader.BYTES * TarHeader.BYTES;
        }
    }

    private boolean readHeader(TarHeader header, long at) throws IOException {
        if (at >= channel.size()) {
            return false; // without an end marker, as GNU tar takes it
        }
        readFully(header.block(), at);
        if (header.isZero()) {
            return false;
        }
        header.checkSum();
        return true;
    }

    private byte[] extension(long at, long size) throws IOException {
        if (size < 0 || size > TarReader.MAXIMUM_EXTENSION_BYTES) {
            throw new BadLayerException("tar: extension header of " + size + " bytes");
        }
        var content = new byte[(int) size];
        readFully(content, at);
        return content;
    }

    /// Up to a NUL; what stood before where there is nothing.
    private static String text(byte[] bytes, String before) {
        var end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return end == 0 ? before : FileNames.decode(bytes, 0, end);
    }

    /// Only files have content, whatever a header says.
    private static long contentBytes(TarHeader header, long paxSize) throws BadLayerException {
        return switch (header.type()) {
            case 0, '0', '7' -> paxSize >= 0 ? paxSize : header.size();
            case 'S' -> throw new BadLayerException("tar: sparse members are not supported in an image's archive");
            default -> 0;
        };
    }

    private void add(String name, TarHeader header, Extent extent) throws BadLayerException {
        nameCharacters += name.length() + header.linkName().length();
        if (nameCharacters > MAXIMUM_NAME_CHARACTERS) {
            throw new BadLayerException("tar: names of more than " + MAXIMUM_NAME_CHARACTERS + " characters");
        }
        var path = normal(name);
        files.remove(path);
        links.remove(path);
        switch (header.type()) {
            case 0, '0', '7' -> files.put(path, extent);
            case '1' -> links.put(path, normal(header.linkName()));
            case '2' -> links.put(path, normal(path + "/../" + header.linkName()));
            default -> {}
        }
    }

    /// Without a root and without dots: nothing outside the archive can be meant.
    private static String normal(String name) {
        var parts = new ArrayDeque<String>();
        for (var part : name.split("/", -1)) {
            switch (part) {
                case "", "." -> {}
                case ".." -> parts.pollLast();
                default -> parts.addLast(part);
            }
        }
        return String.join("/", parts);
    }

    private Optional<Extent> find(String name) {
        var path = normal(name);
        for (var followed = 0; followed < MAXIMUM_LINKS && links.containsKey(path); followed++) {
            path = links.getOrDefault(path, path);
        }
        return Optional.ofNullable(files.get(path));
    }

    /// Of a member's content; empty where there is no such file.
    public Optional<Long> size(String name) {
        return find(name).map(Extent::size);
    }

    /// A member's content. To be read by one thread, before the archive is closed.
    public InputStream open(String name) throws IOException {
        return new Content(find(name).orElseThrow(() -> new BadLayerException("the archive has no " + name)));
    }

    private void readFully(byte[] bytes, long at) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, at + buffer.position()) < 0) {
                throw new BadLayerException("tar: it ends within a member");
            }
        }
    }

    private final class Content extends InputStream {
        private long at;
        private final long end;

        Content(Extent extent) {
            at = extent.offset;
            end = extent.offset + extent.size;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (at == end || length == 0) {
                return length == 0 ? 0 : -1;
            }
            var count = channel.read(ByteBuffer.wrap(bytes, offset, (int) Math.min(length, end - at)), at);
            if (count < 0) {
                throw new EOFException("the archive was cut while it was read");
            }
            at += count;
            return count;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
