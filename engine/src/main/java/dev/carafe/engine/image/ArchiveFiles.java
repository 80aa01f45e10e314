package dev.carafe.engine.image;

import dev.carafe.storage.TarArchive;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// An image's files in a tar, which is read where it stands.
record ArchiveFiles(TarArchive tar) implements ImageFiles {
    @Override
    public Optional<Long> size(String name) {
        return tar.size(name);
    }

    @Override
    public InputStream open(String name) throws IOException {
        return tar.open(name);
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}
