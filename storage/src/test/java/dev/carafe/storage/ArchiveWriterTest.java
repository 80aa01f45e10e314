package dev.carafe.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveWriterTest {
    private static final String LONG = "blobs/sha512/" + "0123456789abcdef".repeat(8);

    @TempDir
    private Path folder;

    private static ArchiveWriter.Content text(String text) {
        return target -> target.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static byte[] archive() throws IOException, InterruptedException {
        var bytes = new ByteArrayOutputStream();
        var writer = new ArchiveWriter(Channels.newChannel(bytes));
        writer.add("empty", 0, text(""));
        writer.add(LONG, 5, text("hello"));
        writer.add("block", 512, text("x".repeat(512)));
        writer.finish();
        return bytes.toByteArray();
    }

    @Test
    void whatItWroteIsRead() throws Exception {
        try (var archive = TarArchive.open(Files.write(folder.resolve("archive.tar"), archive()))) {
            assertEquals(Optional.of(0L), archive.size("empty"));
            try (var content = archive.open(LONG)) {
                assertEquals("hello", new String(content.readAllBytes(), StandardCharsets.US_ASCII));
            }
            assertEquals(Optional.of(512L), archive.size("block"));
        }
    }

    @Test
    void gnuTarReadsItAndTheSameMembersAreTheSameBytes() throws Exception {
        Files.write(folder.resolve("archive.tar"), archive());
        assertEquals("empty\n" + LONG + "\nblock\n", Shell.run(folder, "tar", "--list", "--file=archive.tar"));
        assertArrayEquals(archive(), archive());
    }

    @Test
    void contentOfAnotherSizeIsNoArchive() {
        var writer = new ArchiveWriter(Channels.newChannel(new ByteArrayOutputStream()));
        assertThrows(IOException.class, () -> writer.add("short", 6, text("hello")));
        assertThrows(IOException.class, () -> writer.add("long", 4, text("hello")));
    }

    @Test
    void aFileTooLargeForItsHeaderHasItsSizeInFront() throws Exception {
        var size = (8L << 30) + 3;
        var target = new Beginning();
        new ArchiveWriter(target).add("large", size, out -> {
            var zeros = ByteBuffer.allocate(8 << 20);
            for (var left = size; left > 0; left -= zeros.limit()) {
                zeros.clear().limit((int) Math.min(left, zeros.capacity()));
                out.write(zeros.duplicate());
            }
        });
        assertEquals(3 * 512 + (8L << 30) + 512, target.count);
        var pax = PaxHeader.parse(Arrays.copyOfRange(target.first, 512, 512 + 19));
        assertEquals("8589934595", new String(pax.getOrDefault("size", new byte[0]), StandardCharsets.US_ASCII));
    }

    private static final class Beginning implements WritableByteChannel {
        private final byte[] first = new byte[1536];
        private long count;

        @Override
        public int write(ByteBuffer bytes) {
            var length = bytes.remaining();
            if (count + length <= first.length) {
                bytes.get(first, (int) count, length);
            }
            bytes.position(bytes.limit());
            count += length;
            return length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
