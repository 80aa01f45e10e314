package dev.carafe.storage;

import dev.carafe.linux.IsalInflater;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Raw deflate data (RFC 1951) made plain: by ISA-L where the host has it, else by the JDK; both give the same. For
/// one thread, which also closes it.
sealed interface RawInflater extends AutoCloseable {
    /// The most that one input may have.
    int MAXIMUM_INPUT_BYTES = IsalInflater.MAXIMUM_INPUT_BYTES;
    /// How far [#remaining] may go back beyond the last input.
    int MAXIMUM_GIVEN_BACK = IsalInflater.MAXIMUM_GIVEN_BACK;

    static RawInflater ofHost() {
        return IsalInflater.isPresent() ? new Isal() : new Jdk();
    }

    /// Begins anew, without input.
    void reset();

    /// Further input, once [#inflate] gave nothing and it is not finished. The array stays as it is until then.
    void input(byte[] bytes, int offset, int length);

    /// Puts what it can into the direct buffer.
    ///
    /// @return how many bytes
    int inflate(ByteBuffer target) throws DataFormatException;

    /// All data was given out.
    boolean isFinished();

    /// How many bytes of the input follow the data; some of them may be of the input before the last.
    int remaining();

    @Override
    void close();

    final class Isal implements RawInflater {
        private final IsalInflater inflater = new IsalInflater();

        @Override
        public void reset() {
            inflater.reset();
        }

        @Override
        public void input(byte[] bytes, int offset, int length) {
            inflater.input(bytes, offset, length);
        }

        @Override
        public int inflate(ByteBuffer target) throws DataFormatException {
            return inflater.inflate(target);
        }

        @Override
        public boolean isFinished() {
            return inflater.isFinished();
        }

        @Override
        public int remaining() {
            return inflater.remaining();
        }

        @Override
        public void close() {
            inflater.close();
        }
    }

    final class Jdk implements RawInflater {
        private final Inflater inflater = new Inflater(true);

        @Override
        public void reset() {
            inflater.reset();
        }

        @Override
        public void input(byte[] bytes, int offset, int length) {
            inflater.setInput(bytes, offset, length);
        }

        @Override
        public int inflate(ByteBuffer target) throws DataFormatException {
            return inflater.inflate(target);
        }

        @Override
        public boolean isFinished() {
            return inflater.finished();
        }

        @Override
        public int remaining() {
            return inflater.getRemaining();
        }

        @Override
        public void close() {
            inflater.end();
        }
    }
}
