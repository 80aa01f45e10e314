package dev.carafe.linux;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Makes the disk hold what was written: when a method returns, it survives a power cut as far as the disk keeps its
/// word.
public final class Durability {
    private static final int AT_FDCWD = -100;
    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 02000000;

    private Durability() {}

    /// Content and size of a file.
    public static void syncFile(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /// Which names a directory has: after a create, a rename or a delete in it.
    public static void syncDirectory(Path directory) throws IOException {
        // The JDK opens a directory for reading and forces it by fsync(2), and lends the carrier thread meanwhile.
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// Everything that was written to the file system on which the file is (syncfs(2)). Runs on a thread of its own
    /// where the caller is a virtual one.
    public static void syncFileSystem(Path anyFile) throws IOException {
        OwnThread.blocking("sync " + anyFile, () -> {
            try (var call = new Call()) {
                var path = call.path(anyFile);
                var number = call.checked(anyFile.toString(), Syscall.OPENAT, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
                try (var fd = new Fd((int) number)) {
                    call.checked(anyFile.toString(), Syscall.SYNCFS, fd.number());
                }
            }
            return anyFile;
        });
    }
}
