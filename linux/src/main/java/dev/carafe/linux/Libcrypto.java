package dev.carafe.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// OpenSSL's `libcrypto` and its SHA256_Init(3), SHA256_Update(3) and SHA256_Final(3), which need no set-up of the
/// library. Before it is used it has to give known hashes and to leave what follows its structure alone; one that
/// does not, or that lacks them, is not used. Safe for all threads.
final class Libcrypto {
    /// `SHA256_CTX` (openssl/sha.h) has 28 of them, the same since 0.9.8; the rest is to show when that changes.
    static final int STATE_INTS = 64;

    private static final int KNOWN_STATE_BYTES = 28 * Integer.BYTES;
    private static final List<String> NAMES = List.of("libcrypto.so.3", "libcrypto.so.1.1");

    private final MethodHandle init;
    private final MethodHandle update;
    private final MethodHandle finish;

    private Libcrypto(SymbolLookup library) {
        init = handle(library, "SHA256_Init", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        update = handle(library, "SHA256_Update", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG));
        finish = handle(library, "SHA256_Final", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    }

    /// Critical: what it reads and writes may be on the heap.
    private static MethodHandle handle(SymbolLookup library, String function, FunctionDescriptor shape) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(function), shape, Linker.Option.critical(true));
    }

    /// The host's, if it has one that works.
    static Optional<Libcrypto> host() {
        return Host.LIBRARY;
    }

    /// Loaded when it is first asked for.
    private static final class Host {
        private static final System.Logger LOG = System.getLogger(Libcrypto.class.getName());
        static final Optional<Libcrypto> LIBRARY =
                NAMES.stream().flatMap(name -> load(name).stream()).findFirst();

        private Host() {}

        private static Optional<Libcrypto> load(String name) {
            try {
                var library = new Libcrypto(SymbolLookup.libraryLookup(name, Arena.global()));
                library.prove();
                LOG.log(System.Logger.Level.DEBUG, "content is hashed by " + name);
                return Optional.of(library);
            } catch (IllegalArgumentException e) { // none of that name
                LOG.log(System.Logger.Level.DEBUG, "content is not hashed by {0}: there is none", name);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "{0} is not used: {1}", name, e.getMessage());
            }
            return Optional.empty();
        }
    }

    /// Begins anew.
    void init(MemorySegment state) {
        final int result;
        try {
            result = (int) init.invokeExact(state);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
        require(result);
    }

    void update(MemorySegment state, MemorySegment input) {
        final int result;
        try {
            result = (int) update.invokeExact(state, input, input.byteSize());
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
        require(result);
    }

    void finish(MemorySegment state, MemorySegment hash) {
        final int result;
        try {
            result = (int) finish.invokeExact(hash, state);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
        require(result);
    }

    /// 1 for success (SHA256_Init(3)).
    private static void require(int result) {
        if (result != 1) {
            throw new IllegalStateException("libcrypto's SHA-256 failed");
        }
    }

    /// Known hashes of FIPS 180-2, and one hash of much data, given in pieces of all lengths and at once.
    ///
    /// @throws IllegalStateException if it does other things than it should
    private void prove() {
        check("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        check("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        check(
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
        var noise = new byte[20_000];
        new Random(1).nextBytes(noise);
        var pieces = new LibcryptoSha256(this);
        for (int at = 0, length = 1;
                at < noise.length;
                at += length, length = Math.min(length + 1, noise.length - at)) {
            pieces.update(noise, at, length);
        }
        check(noise, HexFormat.of().formatHex(pieces.digest()));
    }

    private void check(String input, String expected) {
        check(input.getBytes(StandardCharsets.US_ASCII), expected);
    }

    private void check(byte[] input, String expected) {
        var hash = new LibcryptoSha256(this);
        if (!HexFormat.of().formatHex(hash.digest(input)).equals(expected)) {
            throw new IllegalStateException("it hashes wrong");
        }
        if (!hash.isGuarded()) {
            throw new IllegalStateException("its structure is not the one that is known");
        }
    }

    /// Whether what follows the structure is as it was made.
    static boolean isGuarded(MemorySegment state) {
        var rest = state.asSlice(KNOWN_STATE_BYTES);
        return rest.mismatch(MemorySegment.ofArray(new byte[(int) rest.byteSize()])) < 0;
    }
}
