package dev.carafe.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a disk without room for a layer the store stays as it is, says what is missing, and works on once there is.
@Tag("system")
class FullDiskSystemTest {
    @TempDir
    private Path folder;

    private final SplittableRandom random = new SplittableRandom(1);

    @FunctionalInterface
    private interface DiskTest {
        void on(Path disk) throws Exception;
    }

    private void onTmpfs(String options, DiskTest test) throws Exception {
        var disk = Files.createDirectory(folder.resolve("tmpfs"));
        Shell.run(folder, "mount", "-t", "tmpfs", "-o", options, "carafe-test", disk.toString());
        unmounting(disk, test);
    }

    private void onExt4(String options, DiskTest test) throws Exception {
        var disk = Files.createDirectory(folder.resolve("ext4"));
        Shell.run(folder, "sh", "-c", "truncate -s 16M image && mkfs.ext4 -q " + options + " image");
        Shell.run(folder, "mount", "-o", "loop", folder.resolve("image").toString(), disk.toString());
        unmounting(disk, test);
    }

    private void unmounting(Path disk, DiskTest test) throws Exception {
        try {
            test.on(disk);
        } finally {
            Shell.run(folder, "umount", disk.toString());
        }
    }

    private byte[] content(int bytes) {
        var content = new byte[bytes];
        random.nextBytes(content);
        return content;
    }

    private static byte[] manyFiles(int count) {
        var writer = new TarWriter();
        for (var i = 0; i < count; i++) {
            writer.add(TarWriter.file("file" + i, "x"));
        }
        return writer.finish();
    }

    /// @return the failure's text
    private static String fails(Path disk, byte[] tooMuch) throws Exception {
        try (var store = new TestStore(disk)) {
            store.add(TarWriter.of(TarWriter.file("small", "enough")));
            var before = store.disk();
            var failure = assertThrows(IOException.class, () -> store.add(tooMuch));
            assertEquals(before, store.disk());
            assertFalse(store.layers().contains(Digest.sha256(tooMuch)));
            store.add(TarWriter.of(TarWriter.file("another", "fits")));
            var message = String.valueOf(failure.getMessage());
            assertTrue(message.contains(Digest.sha256(tooMuch).toString()), message);
            assertTrue(message.contains("No space left on device"), message);
            return message;
        }
    }

    @Test
    void noSpaceIsSaidAndLeavesNothing() throws Exception {
        onTmpfs("size=4m", disk -> {
            var message = fails(disk, TarWriter.of(TarWriter.file("big", content(6 << 20))));
            assertTrue(message.contains(" 0 bytes and "), message);
        });
    }

    @Test
    void noInodesAreSaidAndLeaveNothing() throws Exception {
        onTmpfs("size=16m,nr_inodes=60", disk -> {
            var message = fails(disk, manyFiles(100));
            assertTrue(message.contains(" bytes and 0 inodes left"), message);
        });
    }

    @Test
    void aFullJournaledDiskIsSaidAndLeavesNothing() throws Exception {
        onExt4("", disk -> fails(disk, TarWriter.of(TarWriter.file("big", content(20 << 20)))));
    }

    @Test
    void aJournaledDiskWithoutInodesIsSaidAndLeavesNothing() throws Exception {
        onExt4("-N 64", disk -> {
            var message = fails(disk, manyFiles(200));
            assertTrue(message.contains(" bytes and 0 inodes left"), message);
        });
    }

    @Test
    void aSparseFileThatFitsNeedsNoMoreThanItsContent() throws Exception {
        onTmpfs("size=4m", disk -> {
            try (var store = new TestStore(disk)) {
                var sparse = TarWriter.file("sparse", "1\n1073741824\n5\n" + "\0".repeat(512 - 15) + "hello")
                        .pax("GNU.sparse.major", "1")
                        .pax("GNU.sparse.minor", "0")
                        .pax("GNU.sparse.realsize", String.valueOf(1L << 31));
                var tar = TarWriter.of(sparse);
                store.layers().unpack(Digest.sha256(tar), "a test's", () -> new ByteArrayInputStream(tar));
                assertEquals(
                        1L << 31, Files.size(store.files(Digest.sha256(tar)).resolve("sparse")));
            }
        });
    }
}
