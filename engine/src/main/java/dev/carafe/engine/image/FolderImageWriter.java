package dev.carafe.engine.image;

import dev.carafe.linux.Durability;
import dev.carafe.storage.ArchiveWriter.Content;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.Set;

/// Images' files in a folder that only its owner may enter, since images may be private.
final class FolderImageWriter implements ImageWriter {
    private final NewPlace place;
    private final Set<Path> folders = new LinkedHashSet<>();

    private FolderImageWriter(NewPlace place) {
        this.place = place;
        folders.add(place.path());
    }

    static FolderImageWriter create(Path folder) throws IOException {
        var place = NewPlace.beside(folder);
        Files.createDirectory(
                place.path(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return new FolderImageWriter(place);
    }

    @Override
    public void add(String name, long size, Content content) throws IOException, InterruptedException {
        var file = place.path().resolve(name);
        for (var above = file.getParent(); above != null && folders.add(above); above = above.getParent()) {
            Files.createDirectories(above);
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            content.write(channel);
            if (channel.position() != size) {
                throw new IOException(name + " has " + channel.position() + " bytes instead of " + size);
            }
            channel.force(true);
        }
    }

    @Override
    public void commit() throws IOException {
        for (var folder : folders) {
            Durability.syncDirectory(folder);
        }
        place.commit();
    }

    @Override
    public void close() throws IOException {
        place.close();
    }
}
