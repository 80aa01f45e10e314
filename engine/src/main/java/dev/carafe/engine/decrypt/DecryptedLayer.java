package dev.carafe.engine.decrypt;

import dev.carafe.engine.CheckedInput;
import dev.carafe.storage.BadLayerException;
import java.io.InputStream;
import java.security.MessageDigest;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;

/// A layer that is decrypted as it comes: its HMAC has to be what the annotations say, and [BadLayerException] tells
/// that it is another. For one thread.
final class DecryptedLayer extends CheckedInput {
    private final Cipher cipher;
    private final Mac mac;
    private final byte[] expected;

    /// @param encrypted whose own end is checked before
    DecryptedLayer(InputStream encrypted, Cipher cipher, Mac mac, byte[] expected) {
        super(encrypted);
        this.cipher = cipher;
        this.mac = mac;
        this.expected = expected;
    }

    /// In this mode as many bytes come out as go in.
    @Override
    protected void take(byte[] bytes, int offset, int count) {
        mac.update(bytes, offset, count);
        try {
            cipher.update(bytes, offset, count, bytes, offset);
        } catch (ShortBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected void check() throws BadLayerException {
        if (!MessageDigest.isEqual(mac.doFinal(), expected)) {
            throw new BadLayerException("it is not what was encrypted: its HMAC is another");
        }
    }
}
