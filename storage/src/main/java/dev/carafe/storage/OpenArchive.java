package dev.carafe.storage;

import dev.carafe.linux.DiskSpace;
import dev.carafe.oci.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Semaphore;

/// Opens an image's archive, which may be compressed as a whole, as `docker save | gzip` makes it. Such a one is
/// decompressed first, within the bounds of a layer, since members are read in any order: into a file of the store's
/// staging folder that has no name any more when this returns, so that its space is free when it is closed or the
/// process ends.
final class OpenArchive {
    private static final String NAME = "archive";

    private final LayerFolders folders;
    private final LayerLimits limits;
    private final Semaphore largeWindow = new Semaphore(1);

    OpenArchive(LayerFolders folders, LayerLimits limits) {
        this.folders = folders;
        this.limits = limits;
    }

    /// @throws BadLayerException when it is no tar, or damaged
    TarArchive run(Path file) throws IOException {
        if (!isCompressed(file)) {
            return TarArchive.open(file);
        }
        try (var staged = folders.stage()) {
            var plain = staged.folder().resolve(NAME);
            try {
                decompress(file, plain);
                return TarArchive.open(plain);
            } catch (IOException e) {
                throw DiskSpace.explained(e, staged.folder());
            }
        }
    }

    private static boolean isCompressed(Path file) throws IOException {
        try (var input = Files.newInputStream(file)) {
            var head = new CompressedInput(input).head();
            return GzipDecoder.begins(head) || ZstdFrame.begins(head);
        }
    }

    private void decompress(Path file, Path plain) throws IOException {
        // Nobody asks for the digest, which is a small part of the work.
        var decode = new DecodeLayer(Digest.sha256(new byte[0]).newHash(), limits, largeWindow, RawInflater::ofHost);
        try (var source = Files.newInputStream(file);
                var stream = new LayerStream(source, decode);
                var target = FileChannel.open(plain, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (stream.fill()) {
                for (var bytes = stream.take(stream.available()); bytes.hasRemaining(); ) {
                    target.write(bytes);
                }
            }
        }
    }
}
