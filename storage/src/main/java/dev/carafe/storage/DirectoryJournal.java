package dev.carafe.storage;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What directories are to be like once all is in them, in the order in which it was said. A layer may have
/// millions of directories, so the journal goes to a file when it outgrows a buffer. For one thread.
final class DirectoryJournal implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;

    private final Path file;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    private final DataOutputStream output = new DataOutputStream(buffer);
    private @Nullable FileChannel channel;
    private long count;

    @FunctionalInterface
    interface Reader {
        void directory(String path, Attributes attributes) throws IOException;
    }

    /// @param file made when it is needed, deleted on close
    DirectoryJournal(Path file) {
        this.file = file;
    }

    void add(String path, Attributes attributes) throws IOException {
        output.writeUTF(path);
        output.writeInt(attributes.mode());
        output.writeInt(attributes.uid());
        output.writeInt(attributes.gid());
        var modified = attributes.modified();
        output.writeLong(modified.getEpochSecond());
        output.writeInt(modified.getNano());
        output.writeInt(attributes.xattrs().size());
        for (var xattr : attributes.xattrs().entrySet()) {
            output.writeUTF(xattr.getKey());
            output.writeInt(xattr.getValue().length);
            output.write(xattr.getValue());
        }
        count++;
        if (buffer.size() >= BUFFER_BYTES) {
            spill();
        }
    }

    private void spill() throws IOException {
        var open = channel;
        if (open == null) {
            open = FileChannel.open(
                    file,
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
            channel = open;
        }
        for (var bytes = ByteBuffer.wrap(buffer.toByteArray()); bytes.hasRemaining(); ) {
            open.write(bytes);
        }
        buffer.reset();
    }

    /// From the first to the last. Nothing can be added afterwards.
    void read(Reader reader) throws IOException {
        var buffered = new ByteArrayInputStream(buffer.toByteArray());
        var input = new DataInputStream(new SequenceInputStream(spilled(), buffered));
        for (var left = count; left > 0; left--) {
            var path = input.readUTF();
            reader.directory(path, attributes(input));
        }
    }

    private InputStream spilled() throws IOException {
        var open = channel;
        return open == null
                ? InputStream.nullInputStream()
                : new BufferedInputStream(Channels.newInputStream(open.position(0)), BUFFER_BYTES);
    }

    private static Attributes attributes(DataInputStream input) throws IOException {
        var mode = input.readInt();
        var uid = input.readInt();
        var gid = input.readInt();
        var modified = Instant.ofEpochSecond(input.readLong(), input.readInt());
        var xattrs = new HashMap<String, byte[]>();
        for (var left = input.readInt(); left > 0; left--) {
            var key = input.readUTF();
            xattrs.put(key, input.readNBytes(input.readInt()));
        }
        return new Attributes(mode, uid, gid, modified, xattrs.isEmpty() ? Map.of() : xattrs);
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
