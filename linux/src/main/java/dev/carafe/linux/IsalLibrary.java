package dev.carafe.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;

/// `libisal.so.2` and the layout of its `struct inflate_state` (igzip_lib.h, the same since 2.20 on all 64-bit
/// machines). Before it is used, it has to decompress data of each kind right, in small pieces, and to leave the
/// memory around alone: a library of that name that is another one is not used.
final class IsalLibrary {
    static final String NAME = "libisal.so.2";
    static final int ALIGNMENT = 64;
    /// The structure has 87,368 bytes; the rest would take it if a later release let it grow.
    static final int STATE_BYTES = 128 << 10;

    private static final int KNOWN_STATE_BYTES = 87_368;
    private static final byte GUARD = 0x5a;

    // Where the fields of the structure are.
    private static final int NEXT_OUT = 0;
    private static final int AVAIL_OUT = 8;
    private static final int NEXT_IN = 16;
    private static final int AVAIL_IN = 32;
    private static final int READ_IN_BITS = 36;
    private static final int BLOCK_STATE = 21_160;

    private static final int BLOCK_FINISH = 5;

    private final MethodHandle init;
    private final MethodHandle inflate;

    private IsalLibrary(SymbolLookup library) {
        var linker = Call.LINKER;
        init = linker.downcallHandle(library.findOrThrow("isal_inflate_init"), FunctionDescriptor.ofVoid(ADDRESS));
        inflate = linker.downcallHandle(library.findOrThrow("isal_inflate"), FunctionDescriptor.of(JAVA_INT, ADDRESS));
    }

    /// The host's, if it has one that works.
    static Optional<IsalLibrary> host() {
        return Host.LIBRARY;
    }

    /// Loaded when it is first asked for.
    private static final class Host {
        private static final System.Logger LOG = System.getLogger(IsalLibrary.class.getName());
        static final Optional<IsalLibrary> LIBRARY = load(NAME);

        private Host() {}

        private static Optional<IsalLibrary> load(String name) {
            try {
                var library = new IsalLibrary(SymbolLookup.libraryLookup(name, Arena.global()));
                library.prove();
                LOG.log(System.Logger.Level.DEBUG, "gzip layers are decompressed by " + name);
                return Optional.of(library);
            } catch (IllegalArgumentException e) { // none of that name
                LOG.log(System.Logger.Level.DEBUG, "gzip layers are decompressed by the JDK: no " + name);
            } catch (RuntimeException | DataFormatException e) {
                LOG.log(System.Logger.Level.WARNING, "{0} is not used: {1}", name, e.getMessage());
            }
            return Optional.empty();
        }
    }

    void init(MemorySegment state) {
        try {
            init.invokeExact(state);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// @return negative for damaged data
    int inflate(MemorySegment state) {
        try {
            return (int) inflate.invokeExact(state);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static void input(MemorySegment state, long address, int length) {
        state.set(Call.LONG, NEXT_IN, address);
        state.set(Call.INT, AVAIL_IN, length);
    }

    static int inputLeft(MemorySegment state) {
        return state.get(Call.INT, AVAIL_IN);
    }

    static void output(MemorySegment state, long address, int length) {
        state.set(Call.LONG, NEXT_OUT, address);
        state.set(Call.INT, AVAIL_OUT, length);
    }

    static int outputLeft(MemorySegment state) {
        return state.get(Call.INT, AVAIL_OUT);
    }

    static boolean isFinished(MemorySegment state) {
        return state.get(Call.INT, BLOCK_STATE) == BLOCK_FINISH;
    }

    /// Input after the end of the data: what it has not looked at, and whole bytes of what it has read ahead.
    static int remaining(MemorySegment state) {
        return inputLeft(state) + state.get(Call.INT, READ_IN_BITS) / Byte.SIZE;
    }

    static String meaning(int result) {
        return switch (result) {
            case -1 -> "invalid block";
            case -2 -> "invalid symbol";
            case -3 -> "invalid distance";
            default -> "invalid data (" + result + ")";
        };
    }

    /// @throws IllegalStateException if it does other things than it should
    private void prove() throws DataFormatException {
        var expected = sample();
        for (var level : new int[] {Deflater.NO_COMPRESSION, Deflater.BEST_SPEED, Deflater.DEFAULT_COMPRESSION}) {
            for (var strategy : new int[] {Deflater.DEFAULT_STRATEGY, Deflater.HUFFMAN_ONLY}) {
                prove(expected, deflated(expected, level, strategy));
            }
        }
    }

    /// Text that repeats near and far, and noise between. Short, since the first gzip layer waits for the proof.
    private static byte[] sample() {
        var text = new StringBuilder();
        for (var i = 0; i < 400; i++) {
            text.append("layer ")
                    .append((i * i) % 977)
                    .append(" of ")
                    .append(i % 7)
                    .append('\n');
        }
        var noise = new byte[20_000];
        new Random(1).nextBytes(noise);
        var sample = new ByteArrayOutputStream();
        sample.writeBytes(text.toString().getBytes(StandardCharsets.US_ASCII));
        sample.writeBytes(noise);
        sample.writeBytes(text.toString().getBytes(StandardCharsets.US_ASCII));
        return sample.toByteArray();
    }

    private static byte[] deflated(byte[] bytes, int level, int strategy) {
        try (var deflater = new Deflater(level, true)) {
            deflater.setStrategy(strategy);
            deflater.setInput(bytes);
            deflater.finish();
            var compressed = new byte[2 * bytes.length];
            var length = 0;
            while (!deflater.finished()) { // the first call may do no more than set the strategy
                length += deflater.deflate(compressed, length, compressed.length - length);
            }
            return Arrays.copyOf(compressed, length);
        }
    }

    private void prove(byte[] expected, byte[] compressed) throws DataFormatException {
        try (var inflater = new IsalInflater(this);
                var memory = new NativeMemory(expected.length + 3 * ALIGNMENT)) {
            inflater.guard();
            var all = memory.buffer();
            MemorySegment.ofBuffer(all).fill(GUARD);
            // With room for more than it should find.
            run(inflater, compressed, all.slice(ALIGNMENT, expected.length + ALIGNMENT));
            check(expected, all, inflater);
        }
    }

    private static void run(IsalInflater inflater, byte[] compressed, ByteBuffer target) throws DataFormatException {
        var room = target.limit();
        var at = 0;
        for (var piece = 1; !inflater.isFinished(); piece = piece * 3 % 7919) {
            target.limit(Math.min(room, target.position() + piece));
            if (inflater.inflate(target) == 0 && !inflater.isFinished()) {
                var length = Math.min(compressed.length - at, piece);
                if (length == 0 || !target.hasRemaining()) {
                    throw new IllegalStateException("it does not find the end of its data");
                }
                inflater.input(compressed, at, length);
                at += length;
            }
        }
    }

    private static void check(byte[] expected, ByteBuffer all, IsalInflater inflater) {
        var found = new byte[expected.length];
        all.get(ALIGNMENT, found);
        if (!Arrays.equals(expected, found)) {
            throw new IllegalStateException("it decompresses wrong");
        }
        for (var at = 0; at < ALIGNMENT; at++) {
            if (all.get(at) != GUARD
                    || all.get(ALIGNMENT + expected.length + at) != GUARD
                    || all.get(all.limit() - 1 - at) != GUARD) {
                throw new IllegalStateException("it writes beyond its output");
            }
        }
        if (inflater.remaining() != 0 || !inflater.isGuarded()) {
            throw new IllegalStateException("its structure is not the one that is known");
        }
    }

    /// Fills what follows the structure.
    static void guard(MemorySegment state) {
        state.asSlice(KNOWN_STATE_BYTES).fill(GUARD);
    }

    static boolean isGuarded(MemorySegment state) {
        var expected = new byte[STATE_BYTES - KNOWN_STATE_BYTES];
        Arrays.fill(expected, GUARD);
        return state.asSlice(KNOWN_STATE_BYTES).mismatch(MemorySegment.ofArray(expected)) < 0;
    }
}
