package dev.carafe.storage;

import java.io.IOException;
import java.nio.ByteBuffer;

/// What makes the tar of a layer of its bytes. Damage is a [BadLayerException]. For one thread, which also makes and
/// closes it.
interface Decoder extends AutoCloseable {
    /// Puts at least one byte into the direct buffer, which has room.
    ///
    /// @return false at the end
    boolean decode(ByteBuffer target) throws IOException;

    /// Leaves the source open.
    @Override
    void close() throws IOException;
}
