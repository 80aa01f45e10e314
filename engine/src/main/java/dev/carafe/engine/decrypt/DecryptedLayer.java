package dev.carafe.engine.decrypt;

import dev.carafe.storage.BadLayerException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;

/// A layer that is decrypted as it comes. Who reads to the end knows that it is what was encrypted: where its HMAC is
/// another, [BadLayerException] comes instead of the end. For one thread.
final class DecryptedLayer extends FilterInputStream {
    private static final int SKIPPED_AT_ONCE = 1 << 16;

    private final Cipher cipher;
    private final Mac mac;
    private final byte[] expected;
    private boolean isChecked;

    /// @param encrypted whose own end is checked before
    DecryptedLayer(InputStream encrypted, Cipher cipher, Mac mac, byte[] expected) {
        super(encrypted);
        this.cipher = cipher;
        this.mac = mac;
        this.expected = expected;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        var count = super.read(into, offset, length);
        if (count > 0) {
            mac.update(into, offset, count);
            decrypt(into, offset, count);
        } else if (count < 0 && !isChecked) {
            if (!MessageDigest.isEqual(mac.doFinal(), expected)) {
                throw new BadLayerException("it is not what was encrypted: its HMAC is another");
            }
            isChecked = true;
        }
        return count;
    }

    /// In this mode as many bytes come out as go in.
    private void decrypt(byte[] bytes, int offset, int count) {
        try {
            cipher.update(bytes, offset, count, bytes, offset);
        } catch (ShortBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    @Override
    public long skip(long count) throws IOException {
        return readNBytes(Math.clamp(count, 0, SKIPPED_AT_ONCE)).length; // what is skipped counts too
    }
}
