package dev.carafe.storage;

import dev.carafe.linux.NativeMemory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.SplittableRandom;

/// Runs decoders to their end, with sources and buffers of any size.
final class Decoding {
    private Decoding() {}

    /// All that comes out, in pieces of at most so many bytes.
    static byte[] all(Decoder decoder, int piece) throws IOException {
        var found = new ByteArrayOutputStream();
        try (decoder;
                var memory = new NativeMemory(piece)) {
            var target = memory.buffer();
            while (decoder.decode(target.clear())) {
                var bytes = new byte[target.flip().remaining()];
                target.get(bytes);
                found.writeBytes(bytes);
            }
        }
        return found.toByteArray();
    }

    /// A source that gives its bytes in pieces of random length, one to `most`.
    static InputStream inPieces(byte[] bytes, SplittableRandom random, int most) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, random.nextInt(1, most + 1)));
            }
        };
    }

    static byte[] text(int length) {
        var text = new ByteArrayOutputStream();
        for (var i = 0; text.size() < length; i++) {
            text.writeBytes(("line " + (i * 7919L) % 1009 + "\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
        return java.util.Arrays.copyOf(text.toByteArray(), length);
    }

    static byte[] joined(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (var part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
