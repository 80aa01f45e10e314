package dev.carafe.engine.image;

import dev.carafe.storage.ArchiveWriter;
import dev.carafe.storage.ArchiveWriter.Content;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Images' files in a tar that only its owner may read, since images may be private.
final class ArchiveImageWriter implements ImageWriter {
    private final NewPlace place;
    private final FileChannel channel;
    private final ArchiveWriter archive;

    private ArchiveImageWriter(NewPlace place, FileChannel channel) {
        this.place = place;
        this.channel = channel;
        archive = new ArchiveWriter(channel);
    }

    static ArchiveImageWriter create(Path file) throws IOException {
        var place = NewPlace.beside(file);
        var channel = FileChannel.open(
                place.path(),
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return new ArchiveImageWriter(place, channel);
    }

    @Override
    public void add(String name, long size, Content content) throws IOException, InterruptedException {
        archive.add(name, size, content);
    }

    @Override
    public void commit() throws IOException {
        archive.finish();
        channel.force(true);
        place.commit();
    }

    @Override
    public void close() throws IOException {
        try (place) {
            channel.close();
        }
    }
}
