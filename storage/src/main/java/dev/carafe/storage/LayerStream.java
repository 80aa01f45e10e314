package dev.carafe.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;

/// The uncompressed tar of a layer. A thread of its own reads, decompresses and digests the layer while the one that
/// calls here makes files of what came before; a few blocks go round between the two, so that memory is bounded and
/// content is copied nowhere between the decoder and write(2). For one thread, whose interrupt ends it.
final class LayerStream implements AutoCloseable {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final BlockRing ring = new BlockRing();
    private final Thread decoding;
    private ByteBuffer block = NOTHING;
    private boolean ended;
    private String digest = "";

    /// @param source stays the caller's to close, and is not to be touched before this is closed
    LayerStream(InputStream source, DecodeLayer decode) {
        decoding = Thread.ofPlatform()
                .name(Thread.currentThread().getName() + "-decode")
                .daemon(true)
                .start(() -> decode.run(source, ring));
    }

    /// Makes at least one byte available; false at the end of the tar's stream. What [#take] lent before is taken
    /// back.
    boolean fill() throws IOException {
        if (block.hasRemaining()) {
            return true;
        }
        if (ended) {
            return false;
        }
        try {
            if (block.capacity() > 0) {
                ring.giveBack(block);
                block = NOTHING;
            }
            switch (ring.next()) {
                case BlockRing.Filled(var bytes) -> block = bytes;
                case BlockRing.End(var all) -> {
                    digest = all;
                    ended = true;
                }
                case BlockRing.Failed(var why) -> throw rethrown(why);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while unpacking");
        }
        return !ended;
    }

    private static IOException rethrown(Throwable why) {
        return switch (why) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError(why);
        };
    }

    int available() {
        return block.remaining();
    }

    /// Lends so many bytes, of those available.
    ByteBuffer take(int count) {
        var taken = block.slice(block.position(), count);
        block.position(block.position() + count);
        return taken;
    }

    void copy(byte[] target, int offset, int count) {
        block.get(target, offset, count);
    }

    void skip(int count) {
        block.position(block.position() + count);
    }

    /// Reads to the end of both streams, so that whoever checks the compressed one has seen all of it. In
    /// hexadecimal digits.
    String digestOfAll() throws IOException {
        do {
            skip(available());
        } while (fill());
        return digest;
    }

    /// Waits for the other thread's end, also where the caller is interrupted: it uses the source.
    @Override
    public void close() {
        decoding.interrupt();
        var interrupted = false;
        while (decoding.isAlive()) {
            try {
                decoding.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        ring.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
