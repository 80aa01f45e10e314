package dev.carafe.storage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/// Writes a tar of plain files, member by member, the same bytes for the same members: ustar headers, with pax ones
/// in front where a name is too long or a file too large for them. For one thread.
public final class ArchiveWriter {
    private static final int NAME_BYTES = 100;
    /// Eleven octal digits.
    private static final long MAXIMUM_USTAR_BYTES = 1L << 33;

    private static final int MODE = 0644;
    private static final String PAX_NAME = "PaxHeaders/next";

    private final WritableByteChannel target;

    /// @param target stays the caller's
    public ArchiveWriter(WritableByteChannel target) {
        this.target = target;
    }

    /// Writes content of a known size.
    @FunctionalInterface
    public interface Content {
        void write(WritableByteChannel target) throws IOException, InterruptedException;
    }

    /// @param name ASCII, relative
    /// @throws IOException also where the content is of another size; the archive is of no use then
    public void add(String name, long size, Content content) throws IOException, InterruptedException {
        var extended = pax(name, size);
        if (extended.length > 0) {
            write(header(PAX_NAME, extended.length, 'x'));
            write(extended);
            pad(extended.length);
        }
        write(header(name, size < MAXIMUM_USTAR_BYTES ? size : 0, '0'));
        var counting = new Counting();
        content.write(counting);
        if (counting.count != size) {
            throw new IOException(name + " has " + counting.count + " bytes instead of " + size);
        }
        pad(size);
    }

    /// The archive's end.
    public void finish() throws IOException {
        write(new byte[2 * TarHeader.BYTES]);
    }

    private static byte[] pax(String name, long size) {
        var records = new ByteArrayOutputStream();
        if (name.length() > NAME_BYTES) {
            records.writeBytes(record("path=" + name));
        }
        if (size >= MAXIMUM_USTAR_BYTES) {
            records.writeBytes(record("size=" + size));
        }
        return records.toByteArray();
    }

    /// Its length, itself included, stands in front (POSIX pax, "pax Extended Header").
    private static byte[] record(String text) {
        var rest = text.length() + 2;
        var length = rest;
        while (length != rest + String.valueOf(length).length()) {
            length = rest + String.valueOf(length).length();
        }
        return (length + " " + text + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] header(String name, long size, char type) {
        var header = new byte[TarHeader.BYTES];
        put(header, 0, name.substring(0, Math.min(name.length(), NAME_BYTES)));
        put(header, 100, octal(7, MODE));
        put(header, 108, octal(7, 0));
        put(header, 116, octal(7, 0));
        put(header, 124, octal(11, size));
        put(header, 136, octal(11, 0));
        put(header, 148, " ".repeat(8));
        header[156] = (byte) type;
        put(header, 257, "ustar\00000");
        var sum = 0;
        for (var b : header) {
            sum += b & 0xff;
        }
        put(header, 148, octal(6, sum) + "\0 ");
        return header;
    }

    private static String octal(int digits, long number) {
        var text = Long.toOctalString(number);
        return "0".repeat(digits - text.length()) + text;
    }

    private static void put(byte[] header, int offset, String text) {
        var bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }

    private void pad(long size) throws IOException {
        write(new byte[(int) (-size & (TarHeader.BYTES - 1))]);
    }

    private void write(byte[] bytes) throws IOException {
        for (var buffer = ByteBuffer.wrap(bytes); buffer.hasRemaining(); ) {
            target.write(buffer);
        }
    }

    private final class Counting implements WritableByteChannel {
        private long count;

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            var written = target.write(bytes);
            count += written;
            return written;
        }

        @Override
        public boolean isOpen() {
            return target.isOpen();
        }

        @Override
        public void close() {}
    }
}
