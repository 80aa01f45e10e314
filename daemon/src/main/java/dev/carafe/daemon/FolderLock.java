package dev.carafe.daemon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Keeps a second daemon out of folders: two would take each other's records and mounts for debris. Held until
/// it is closed or the process ends, however it ends.
final class FolderLock implements AutoCloseable {
    private static final String NAME = "carafe.lock";
    private static final int MAX_PID_BYTES = 32;

    private final List<FileChannel> channels = new ArrayList<>();

    private FolderLock() {}

    /// Makes the folder where it is missing.
    ///
    /// @throws IOException when another daemon has it
    static FolderLock take(Path folder) throws IOException {
        return take(List.of(folder));
    }

    /// All of them or none.
    ///
    /// @param folders each once
    static FolderLock take(List<Path> folders) throws IOException {
        var lock = new FolderLock();
        try {
            for (var folder : folders) {
                lock.channels.add(locked(folder));
            }
            return lock;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static FileChannel locked(Path folder) throws IOException {
        Files.createDirectories(folder, onlyOurs("rwx------"));
        var channel = FileChannel.open(
                folder.resolve(NAME),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                onlyOurs("rw-------"));
        try {
            if (tryLock(channel) == null) {
                throw new IOException("another daemon" + pid(channel) + " works in " + folder
                        + "; stop it, or give this one folders of its own (root, runroot, imagestore)");
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static FileAttribute<?> onlyOurs(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException ours) {
            return null;
        }
    }

    /// In words, where the other has written it.
    private static String pid(FileChannel channel) throws IOException {
        var bytes = ByteBuffer.allocate(MAX_PID_BYTES);
        channel.read(bytes);
        var pid = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
        return pid.isEmpty() ? "" : " (process " + pid + ")";
    }

    /// The file stays: removing it would let two daemons lock two files of the same name.
    @Override
    public void close() throws IOException {
        for (var channel : channels) {
            channel.close();
        }
    }
}
