package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.FileNames;
import dev.carafe.linux.FileStatus;
import dev.carafe.linux.FileType;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/// Writes down what a layer consists of while it is made, for a later check: a line for each file that ends with
/// NUL, as in
///
/// ```
/// /usr/bin                      the folder of what follows
/// f 1048576 9ab3f00d busybox    a regular file, its size and the CRC-32C of its content
/// l 7 1f00aa01 sh               a symbolic link, the same of its target
/// c 66304 0 loop                a device, its number; also `b`
/// p 0 0 queue                   a FIFO
/// h 0 0 ash                     a further name of a file
/// d 0 0 empty                   a folder
/// = 6 5d41402a                  the end: how many lines there were with a type, and the CRC-32C of all before
/// ```
///
/// For one thread.
final class FileList implements AutoCloseable {
    static final char DIRECTORY = 'd';
    static final char REGULAR = 'f';
    static final char SYMBOLIC_LINK = 'l';
    static final char HARD_LINK = 'h';
    static final char FOLDER = '/';
    static final char END = '=';

    private static final int BUFFER_BYTES = 16 << 10;
    private static final int DEVICE_MINOR_BITS = 20;

    private final CRC32C crc = new CRC32C();
    private final DataOutputStream output;
    private String folder = "";
    private long count;

    FileList(Path file) throws IOException {
        var buffered = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES);
        output = new DataOutputStream(new CheckedOutputStream(buffered, crc));
    }

    /// Of a tree as it is, by reading it.
    static void ofTree(Directory root, Path file) throws IOException {
        try (var list = new FileList(file)) {
            TreeWalk.walk(root, (holder, path, name, status) -> {
                var type = letter(status.type());
                list.add(type, path, size(type, status, holder, name), checksum(type, holder, name));
                return true;
            });
            list.finish();
        }
    }

    void add(char type, String path, long size, int checksum) throws IOException {
        var place = StagedTree.Place.of(path);
        if (!place.parent().equals(folder)) {
            folder = place.parent();
            line(FOLDER + folder);
        }
        line(type + " " + size + " " + Integer.toHexString(checksum) + " " + place.name());
        count++;
    }

    private void line(String text) throws IOException {
        output.write(FileNames.encode(text));
        output.write(0);
    }

    /// Nothing is added afterwards; a list without its end is a damaged one.
    void finish() throws IOException {
        line(END + " " + count + " " + Integer.toHexString((int) crc.getValue()));
        output.flush();
    }

    @Override
    public void close() throws IOException {
        output.close();
    }

    static char letter(FileType type) {
        return switch (type) {
            case DIRECTORY -> DIRECTORY;
            case REGULAR -> REGULAR;
            case SYMBOLIC_LINK -> SYMBOLIC_LINK;
            case CHARACTER_DEVICE -> 'c';
            case BLOCK_DEVICE -> 'b';
            case FIFO -> 'p';
            case SOCKET -> 's';
        };
    }

    /// What the list says as the size of a file that is there.
    static long size(char type, FileStatus status, Directory holder, String name) throws IOException {
        return switch (type) {
            case REGULAR -> status.size();
            case SYMBOLIC_LINK -> FileNames.encode(holder.readlink(name)).length;
            case 'c', 'b' -> device(status.major(), status.minor());
            default -> 0;
        };
    }

    static long device(int major, int minor) {
        return (long) major << DEVICE_MINOR_BITS | minor;
    }

    /// Of what is there.
    static int checksum(char type, Directory holder, String name) throws IOException {
        return switch (type) {
            case REGULAR -> contentChecksum(holder, name);
            case SYMBOLIC_LINK -> textChecksum(holder.readlink(name));
            default -> 0;
        };
    }

    static int textChecksum(String text) {
        var crc = new CRC32C();
        crc.update(FileNames.encode(text));
        return (int) crc.getValue();
    }

    private static int contentChecksum(Directory holder, String name) throws IOException {
        var crc = new CRC32C();
        var buffer = new byte[BUFFER_BYTES * 4];
        try (var file = holder.openFile(name)) {
            for (var n = file.read(buffer, 0, buffer.length); n > 0; n = file.read(buffer, 0, buffer.length)) {
                crc.update(buffer, 0, n);
            }
        }
        return (int) crc.getValue();
    }
}
