package dev.carafe.engine.image;

import dev.carafe.engine.CheckedInput;
import dev.carafe.oci.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/// A blob of a folder or an archive: its size and digest have to be the descriptor's. For one thread.
final class CheckedBlob extends CheckedInput {
    private final String name;
    private final Descriptor expected;
    private final MessageDigest hash;
    private long bytes;

    CheckedBlob(InputStream content, String name, Descriptor expected) {
        super(content);
        this.name = name;
        this.expected = expected;
        this.hash = expected.digest().newHash();
    }

    @Override
    protected void take(byte[] content, int offset, int count) throws IOException {
        hash.update(content, offset, count);
        bytes += count;
        if (bytes > expected.size()) {
            throw new IOException(name + " is larger than the " + expected.size() + " bytes that are said of it");
        }
    }

    @Override
    protected void check() throws IOException {
        if (bytes != expected.size()) {
            throw new IOException(name + " has " + bytes + " bytes, and " + expected.size() + " are said of it");
        }
        var actual = hash.digest();
        if (!expected.digest().matches(actual)) {
            throw new IOException(name + ": its content has another digest than " + expected.digest());
        }
    }
}
