package dev.carafe.storage;

import dev.carafe.linux.FileNames;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/// Reads what [FileList] wrote, line by line. For one thread.
final class ListedFiles implements AutoCloseable {
    /// A path and what stands before it.
    private static final int MAXIMUM_LINE_BYTES = TarReader.MAXIMUM_NAME_BYTES + 100;

    private final InputStream input;
    private final CRC32C crc = new CRC32C();
    private String folder = "";
    private long count;

    /// @param size and `checksum` as the list has them for this type
    record ListedFile(char type, String path, long size, int checksum) {}

    ListedFiles(Path file) throws IOException {
        input = new BufferedInputStream(Files.newInputStream(file));
    }

    /// Empty at the end, once that is found to be right.
    ///
    /// @throws IOException also for a list that is not as it was written
    Optional<ListedFile> next() throws IOException {
        while (true) {
            var before = (int) crc.getValue();
            var line = line();
            if (line.charAt(0) == FileList.FOLDER) {
                folder = line.substring(1);
                continue;
            }
            var parts = line.split(" ", 4);
            if (line.charAt(0) == FileList.END) {
                checkEnd(parts, before);
                return Optional.empty();
            }
            count++;
            return Optional.of(file(parts));
        }
    }

    private ListedFile file(String[] parts) throws IOException {
        try {
            var path = new StagedTree.Place(folder, parts[3]).path();
            return new ListedFile(
                    parts[0].charAt(0), path, Long.parseLong(parts[1]), Integer.parseUnsignedInt(parts[2], 16));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new IOException("its list is damaged", e);
        }
    }

    private void checkEnd(String[] parts, int checksum) throws IOException {
        var expected = new String[] {"=", String.valueOf(count), Integer.toHexString(checksum)};
        if (!Arrays.equals(expected, parts) || input.read() >= 0) {
            throw new IOException("its list is damaged");
        }
    }

    private String line() throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (var b = input.read(); b != 0; b = input.read()) {
            if (b < 0 || bytes.size() == MAXIMUM_LINE_BYTES) {
                throw new IOException("its list is damaged");
            }
            bytes.write(b);
        }
        if (bytes.size() == 0) {
            throw new IOException("its list is damaged");
        }
        crc.update(bytes.toByteArray());
        crc.update(0);
        return FileNames.decode(bytes.toByteArray());
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
