package dev.carafe.engine.image;

import dev.carafe.cri.v1.FilesystemIdentifier;
import dev.carafe.cri.v1.FilesystemUsage;
import dev.carafe.cri.v1.ImageFsInfoResponse;
import dev.carafe.cri.v1.UInt64Value;
import dev.carafe.storage.ContainerRoots;
import dev.carafe.storage.Layers;
import dev.carafe.storage.StorageConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// What images take on disk, and what containers have written where that is elsewhere. Any thread.
public final class ImageFileSystems {
    /// What containers have written is counted file by file, so not for every call of the kubelet: the answer says of
    /// when it is.
    private static final Duration COUNTED_AGAIN_AFTER = Duration.ofMinutes(1);

    private final StorageConfig config;
    private final Layers layers;
    private final ContainerRoots roots;
    private final Clock clock;
    private final InstantSource steady;
    private final ReentrantLock counting = new ReentrantLock();
    private volatile Optional<Written> written = Optional.empty();

    /// @param since the steady clock's for the same time
    private record Written(Instant at, Instant since, ContainerRoots.Usage usage) {}

    /// @param clock of what is shown
    /// @param steady of ages
    public ImageFileSystems(
            StorageConfig config, Layers layers, ContainerRoots roots, Clock clock, InstantSource steady) {
        this.config = config;
        this.layers = layers;
        this.roots = roots;
        this.clock = clock;
        this.steady = steady;
    }

    /// A file system for containers only where images have one of their own: the kubelet takes that for the sign.
    ImageFsInfoResponse info() throws IOException, InterruptedException {
        var images = layers.usage();
        var response = ImageFsInfoResponse.newBuilder()
                .addImageFilesystems(usage(clock.instant(), config.imageStore(), images.sizeBytes(), images.inodes()));
        if (config.isSplit()) {
            var containers = written();
            response.addContainerFilesystems(
                    usage(containers.at, config.root(), containers.usage.bytes(), containers.usage.inodes()));
        }
        return response.build();
    }

    private static FilesystemUsage usage(Instant at, Path folder, long bytes, long inodes) {
        return FilesystemUsage.newBuilder()
                .setTimestamp(at.toEpochMilli() * 1_000_000)
                .setFsId(FilesystemIdentifier.newBuilder().setMountpoint(folder.toString()))
                .setUsedBytes(UInt64Value.newBuilder().setValue(bytes))
                .setInodesUsed(UInt64Value.newBuilder().setValue(inodes))
                .build();
    }

    private Written written() throws IOException, InterruptedException {
        var known = written;
        if (known.isPresent() && (isFresh(known.get()) || !counting.tryLock())) {
            return known.get();
        }
        if (known.isEmpty()) {
            counting.lockInterruptibly();
        }
        try {
            return countedUnlessFresh();
        } finally {
            counting.unlock();
        }
    }

    private Written countedUnlessFresh() throws IOException {
        var known = written.filter(this::isFresh);
        if (known.isPresent()) {
            return known.get();
        }
        var counted = new Written(clock.instant(), steady.instant(), roots.usage());
        written = Optional.of(counted);
        return counted;
    }

    private boolean isFresh(Written known) {
        return known.since.plus(COUNTED_AGAIN_AFTER).isAfter(steady.instant());
    }
}
