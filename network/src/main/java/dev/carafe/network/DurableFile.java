package dev.carafe.network;

import dev.carafe.linux.Durability;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/// A small file that is replaced as a whole: after a crash it is as before or as after. For one writer at a time.
///
/// @param folder made where it is missing
/// @param temporary on the same file system; it takes the new content until the rename
record DurableFile(Path folder, String name, Path temporary) {
    private static final Set<OpenOption> OVERWRITE =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);

    /// When it returns, the content survives a power cut.
    void write(JsonObject content) throws IOException {
        write(content, true);
        Durability.syncDirectory(folder);
    }

    /// The content survives the daemon's end, not that of the machine.
    void writeQuickly(JsonObject content) throws IOException {
        write(content, false);
    }

    private void write(JsonObject content, boolean sync) throws IOException {
        makeFolder();
        try {
            var ownersOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
            try (var channel = FileChannel.open(temporary, OVERWRITE, ownersOnly)) {
                var bytes = ByteBuffer.wrap(content.toJson().getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                if (sync) {
                    channel.force(true);
                }
            }
            Files.move(temporary, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            deleteAfter(e);
            throw e;
        }
    }

    private void makeFolder() throws IOException {
        if (!Files.isDirectory(folder)) {
            var ownersOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
            Files.createDirectories(folder, ownersOnly);
            Durability.syncDirectory(
                    Objects.requireNonNull(folder.toAbsolutePath().getParent()));
        }
    }

    private void deleteAfter(IOException failure) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /// Idempotent. A crash of the machine may bring it back.
    void delete() throws IOException {
        Files.deleteIfExists(temporary);
        Files.deleteIfExists(folder.resolve(name));
    }
}
