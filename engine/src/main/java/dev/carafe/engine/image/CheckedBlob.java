package dev.carafe.engine.image;

import dev.carafe.oci.Descriptor;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/// A blob of a folder or an archive. Who reads to the end knows that size and digest are the descriptor's: where they
/// are not, an error comes instead of the end. For one thread.
final class CheckedBlob extends FilterInputStream {
    private final String name;
    private final Descriptor expected;
    private final MessageDigest hash;
    private long bytes;
    private boolean isChecked;

    CheckedBlob(InputStream content, String name, Descriptor expected) {
        super(content);
        this.name = name;
        this.expected = expected;
        this.hash = expected.digest().newHash();
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        var count = super.read(into, offset, length);
        if (count > 0) {
            hash.update(into, offset, count);
            bytes += count;
        } else if (count < 0 && !isChecked) {
            check();
            isChecked = true;
        }
        if (bytes > expected.size()) {
            throw new IOException(name + " is larger than the " + expected.size() + " bytes that are said of it");
        }
        return count;
    }

    private void check() throws IOException {
        if (bytes != expected.size()) {
            throw new IOException(name + " has " + bytes + " bytes, and " + expected.size() + " are said of it");
        }
        var actual = hash.digest();
        if (!expected.digest().matches(actual)) {
            throw new IOException(name + ": its content has another digest than " + expected.digest());
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    @Override
    public long skip(long count) throws IOException {
        return readNBytes(Math.clamp(count, 0, 1 << 16)).length; // what is skipped counts too
    }
}
