package dev.carafe.engine.decrypt;

import java.io.InputStream;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// What one encrypted layer is read by.
///
/// @param hmac what the HMAC of the encrypted layer has to be
@SuppressWarnings("ArrayRecordComponent") // never compared
record LayerKey(byte[] key, byte[] nonce, byte[] hmac) {
    /// The layer as it was before, see [DecryptedLayer].
    InputStream open(InputStream encrypted) {
        try {
            var secret = new SecretKeySpec(key, "AES");
            var cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, secret, new IvParameterSpec(nonce));
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            return new DecryptedLayer(encrypted, cipher, mac, hmac);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES and HMAC-SHA-256", e);
        }
    }
}
