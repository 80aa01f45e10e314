package dev.carafe.benchmarks;

import dev.carafe.system.Programs;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/// A fresh ext4 file system with a journal, in a file, mounted. In memory where the host has a tmpfs for it, so that
/// other users of the disk don't count. Each block of the file was written before: otherwise the first to use a block
/// would pay for the host's memory behind it. Closing it unmounts it and deletes the file.
final class JournaledDisk implements AutoCloseable {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final int MIB = 1 << 20;
    private static final int MIB_PER_GIB = 1024;

    private final Path image;
    private final Path folder;

    /// @param folder where it is mounted; made where it is missing
    JournaledDisk(Path folder, int gibibytes) throws IOException, InterruptedException {
        this.folder = Files.createDirectories(folder);
        var inMemory =
                Files.isDirectory(MEMORY) && MEMORY.toFile().getUsableSpace() > 2L * gibibytes * MIB_PER_GIB * MIB;
        image = Files.createTempFile(inMemory ? MEMORY : folder.getParent(), "carafe-disk", ".ext4");
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            var zeros = new byte[MIB];
            for (var i = 0; i < gibibytes * MIB_PER_GIB; i++) {
                file.write(zeros);
            }
        }
        Programs.output("mkfs.ext4", "-q", "-E", "nodiscard,lazy_itable_init=0,lazy_journal_init=0", image.toString());
        Programs.output("mount", "-o", "loop", image.toString(), folder.toString());
    }

    @Override
    public void close() throws IOException {
        try {
            Programs.output("umount", folder.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted; " + folder + " may still be mounted");
        } finally {
            Files.delete(image);
        }
    }
}
