package dev.carafe.engine.image;

import dev.carafe.oci.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// The files that an image is made of, in a folder or an archive, by their names with `/`. All are foreign. Safe for
/// all threads.
interface ImageFiles extends AutoCloseable {
    /// Of a file; empty where there is none of that name.
    Optional<Long> size(String name) throws IOException;

    InputStream open(String name) throws IOException;

    @Override
    void close() throws IOException;

    default boolean has(String name) throws IOException {
        return size(name).isPresent();
    }

    /// A document as it is.
    default byte[] read(String name, int maxBytes) throws IOException {
        return read(name, open(name), maxBytes);
    }

    /// A document of the size and digest that the descriptor says.
    default byte[] read(String name, Descriptor descriptor, int maxBytes) throws IOException {
        return read(name, new CheckedBlob(open(name), name, descriptor), maxBytes);
    }

    private static byte[] read(String name, InputStream opened, int maxBytes) throws IOException {
        try (opened) {
            var bytes = opened.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new IOException(name + " is larger than the " + maxBytes + " bytes allowed");
            }
            return bytes;
        }
    }
}
