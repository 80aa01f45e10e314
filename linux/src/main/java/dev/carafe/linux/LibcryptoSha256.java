package dev.carafe.linux;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;

/// SHA-256 by the host's `libcrypto`: as fast from the first byte as the JDK's is after it has been compiled, which
/// takes the first 4 MB of each start more than 200 ms. For one thread; nothing has to be closed.
final class LibcryptoSha256 extends MessageDigest {
    /// The collector waits for a call, so each is short: about 50 µs.
    private static final int CALL_BYTES = 64 << 10;

    private static final int HASH_BYTES = 32;

    private final Libcrypto library;
    private final MemorySegment state = MemorySegment.ofArray(new int[Libcrypto.STATE_INTS]);

    LibcryptoSha256(Libcrypto library) {
        super("SHA-256");
        this.library = library;
        engineReset();
    }

    /// Empty where the host has no library that works.
    static Optional<MessageDigest> ofHost() {
        return Libcrypto.host().map(LibcryptoSha256::new);
    }

    @Override
    protected int engineGetDigestLength() {
        return HASH_BYTES;
    }

    @Override
    protected void engineUpdate(byte input) {
        update(MemorySegment.ofArray(new byte[] {input}));
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
        update(MemorySegment.ofArray(input).asSlice(offset, length));
    }

    @Override
    protected void engineUpdate(ByteBuffer input) {
        update(MemorySegment.ofBuffer(input));
        input.position(input.limit());
    }

    private void update(MemorySegment input) {
        for (var at = 0L; at < input.byteSize(); at += CALL_BYTES) {
            library.update(state, input.asSlice(at, Math.min(CALL_BYTES, input.byteSize() - at)));
        }
    }

    @Override
    protected byte[] engineDigest() {
        var hash = new byte[HASH_BYTES];
        library.finish(state, MemorySegment.ofArray(hash));
        engineReset();
        return hash;
    }

    @Override
    protected void engineReset() {
        library.init(state);
    }

    /// For the library's trial.
    boolean isGuarded() {
        return Libcrypto.isGuarded(state);
    }
}
