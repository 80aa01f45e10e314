package dev.carafe.runtime;

import java.nio.charset.StandardCharsets;

/// Damage to a document: cut at each place, and each bit of it turned.
final class Damage {
    /// What must be able to read it, or refuse it as its kind is refused.
    interface Reader {
        void read(String text) throws Exception;
    }

    private Damage() {}

    static void of(String document, Reader reader) throws Exception {
        var bytes = document.getBytes(StandardCharsets.UTF_8);
        for (var length = 0; length < bytes.length; length++) {
            reader.read(new String(bytes, 0, length, StandardCharsets.UTF_8));
            for (var bit = 1; bit < 256; bit <<= 1) {
                bytes[length] ^= (byte) bit;
                reader.read(new String(bytes, StandardCharsets.UTF_8));
                bytes[length] ^= (byte) bit;
            }
        }
    }
}
