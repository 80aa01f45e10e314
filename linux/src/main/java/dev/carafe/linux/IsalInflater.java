package dev.carafe.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;

/// Decompresses raw deflate data (RFC 1951) by ISA-L, the library `libisal.so.2`, where the host has it: nearly twice
/// as fast as the JDK's inflater. It keeps no check of the data: gzip's length and checksum are the caller's. For one
/// thread, which also closes it.
public final class IsalInflater implements AutoCloseable {
    /// What one [#input] takes at most.
    public static final int MAXIMUM_INPUT_BYTES = 64 << 10;

    /// How many bytes before the last input the library may give back at the end of the data: it reads ahead by a
    /// word.
    public static final int MAXIMUM_GIVEN_BACK = 16;

    private static final int INPUT_AT = IsalLibrary.STATE_BYTES;

    private final IsalLibrary library;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory =
            arena.allocate(INPUT_AT + MAXIMUM_GIVEN_BACK + MAXIMUM_INPUT_BYTES, IsalLibrary.ALIGNMENT);
    private final MemorySegment state = memory.asSlice(0, IsalLibrary.STATE_BYTES);
    private final MemorySegment input = memory.asSlice(INPUT_AT);
    private int inputBytes;

    /// @throws UnsupportedOperationException unless [#isPresent]
    public IsalInflater() {
        this(IsalLibrary.host()
                .orElseThrow(() -> new UnsupportedOperationException("this host has no usable " + IsalLibrary.NAME)));
    }

    IsalInflater(IsalLibrary library) {
        this.library = library;
        reset();
    }

    /// Whether the host has the library and it does what it should: it is tried once, by the first who asks.
    public static boolean isPresent() {
        return IsalLibrary.host().isPresent();
    }

    /// Begins anew, with no input.
    public void reset() {
        library.init(state);
        inputBytes = 0;
        next(0);
    }

    /// Gives further input; only when [#needsInput].
    public void input(byte[] bytes, int offset, int length) {
        if (length > MAXIMUM_INPUT_BYTES || !needsInput()) {
            throw new IllegalArgumentException(length + " bytes of input while there are others");
        }
        // The last bytes so far go before the new ones, where the library may go back to them.
        MemorySegment.copy(input, inputBytes, input, 0, MAXIMUM_GIVEN_BACK);
        MemorySegment.copy(bytes, offset, input, ValueLayout.JAVA_BYTE, MAXIMUM_GIVEN_BACK, length);
        inputBytes = length;
        next(length);
    }

    private void next(int length) {
        IsalLibrary.input(state, input.address() + MAXIMUM_GIVEN_BACK, length);
    }

    public boolean needsInput() {
        return !isFinished() && IsalLibrary.inputLeft(state) == 0;
    }

    /// The end of the deflate data was reached, and all of it was given out.
    public boolean isFinished() {
        return IsalLibrary.isFinished(state);
    }

    /// How many of the bytes given as input follow the end of the data. By up to [#MAXIMUM_GIVEN_BACK] more than the
    /// last input had: those end the input before it.
    public int remaining() {
        return IsalLibrary.remaining(state);
    }

    /// Puts what it can into the direct buffer, from its position up to its limit, and moves the position.
    ///
    /// @return how many bytes; 0 means that input is needed, unless it is finished
    public int inflate(ByteBuffer target) throws DataFormatException {
        if (!target.isDirect() || target.isReadOnly()) {
            throw new IllegalArgumentException("not a writable direct buffer");
        }
        var room = target.remaining();
        if (room == 0 || isFinished()) {
            return 0;
        }
        var segment = MemorySegment.ofBuffer(target);
        IsalLibrary.output(state, segment.address(), room);
        var result = library.inflate(state);
        if (result < 0) {
            throw new DataFormatException(IsalLibrary.meaning(result));
        }
        var left = IsalLibrary.outputLeft(state);
        if (left < 0 || left > room || IsalLibrary.inputLeft(state) > inputBytes + MAXIMUM_GIVEN_BACK) {
            throw new IllegalStateException(IsalLibrary.NAME + " has lost count of its data");
        }
        target.position(target.limit() - left);
        return room - left;
    }

    /// For the library's trial.
    void guard() {
        IsalLibrary.guard(state);
    }

    boolean isGuarded() {
        return IsalLibrary.isGuarded(state);
    }

    @Override
    public void close() {
        arena.close();
    }
}
