package dev.carafe.engine;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Content that is looked at as it is read, also what is skipped, and judged at its end: whoever reads to the end knows
/// that it is good, as an error comes instead of the end where it is not. For one thread.
public abstract class CheckedInput extends FilterInputStream {
    private static final int SKIPPED_AT_ONCE = 1 << 16;

    private boolean isChecked;

    protected CheckedInput(InputStream content) {
        super(content);
    }

    /// So many bytes have come, at least one; what is put in their place is what the reader gets.
    protected abstract void take(byte[] bytes, int offset, int count) throws IOException;

    /// Nothing more comes.
    ///
    /// @throws IOException when what has come is not good
    protected abstract void check() throws IOException;

    @Override
    public final int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public final int read(byte[] into, int offset, int length) throws IOException {
        var count = super.read(into, offset, length);
        if (count > 0) {
            take(into, offset, count);
        } else if (count < 0 && !isChecked) {
            check();
            isChecked = true;
        }
        return count;
    }

    @Override
    public final boolean markSupported() {
        return false;
    }

    @Override
    public final long skip(long count) throws IOException {
        return readNBytes(Math.clamp(count, 0, SKIPPED_AT_ONCE)).length;
    }
}
