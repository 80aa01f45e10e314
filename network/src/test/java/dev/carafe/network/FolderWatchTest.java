package dev.carafe.network;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderWatchTest {
    private static final int ROUNDS = 30;
    private static final long DELAY_NANOS = 20_000;

    @TempDir
    private Path root;

    /// In each round, the folder comes a bit later after the watch's begin.
    @Test
    void aFolderThatComesWhileTheWatchBeginsIsWatchedToo() throws Exception {
        for (var round = 0; round < ROUNDS; round++) {
            var folder = root.resolve(round + "/etc/cni/net.d");
            var seen = new AtomicInteger(-1);
            try (var _ = FolderWatch.start(List.of(folder), () -> seen.set(files(folder)))) {
                LockSupport.parkNanos(round * DELAY_NANOS);
                Files.createDirectories(folder);
                Stage.await("the folder is seen", () -> seen.get() == 0);
                Files.createFile(folder.resolve("10-a.conflist"));
                Stage.await("the file is seen", () -> seen.get() == 1);
            }
        }
    }

    private static int files(Path folder) {
        var names = folder.toFile().list();
        return names == null ? -1 : names.length;
    }
}
