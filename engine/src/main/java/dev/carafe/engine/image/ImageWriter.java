package dev.carafe.engine.image;

import dev.carafe.storage.ArchiveWriter.Content;
import java.io.IOException;
import java.nio.ByteBuffer;

/// The files of images on their way out, by their names with `/`. They are where they belong when this was committed;
/// closing it without leaves nothing. For one thread.
interface ImageWriter extends AutoCloseable {
    void add(String name, long size, Content content) throws IOException, InterruptedException;

    /// Durably.
    void commit() throws IOException;

    @Override
    void close() throws IOException;

    /// A document.
    default void add(String name, byte[] document) throws IOException, InterruptedException {
        add(name, document.length, target -> {
            for (var bytes = ByteBuffer.wrap(document); bytes.hasRemaining(); ) {
                target.write(bytes);
            }
        });
    }
}
