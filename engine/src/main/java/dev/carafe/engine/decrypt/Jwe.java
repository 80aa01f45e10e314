package dev.carafe.engine.decrypt;

import dev.carafe.engine.decrypt.JweDocument.Header;
import dev.carafe.oci.BadJsonException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Opens messages that are encrypted for private keys (RFC 7516).
final class Jwe {
    private static final int MOST_RECIPIENTS = 64;
    private static final int TAG_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final int BITS = 8;
    private static final Map<String, Integer> KEY_BYTES = Map.of("A128GCM", 16, "A192GCM", 24, "A256GCM", 32);

    private Jwe() {}

    /// The message, or nothing when it is encrypted for none of the keys, or has been changed.
    ///
    /// @throws BadJsonException when it is no such message, or [BadMessageException]
    static Optional<byte[]> open(byte[] json, List<PrivateKey> keys) throws BadJsonException, BadMessageException {
        try {
            var document = JweDocument.parse(json);
            var outer = Header.parse(JweDocument.bytes(document.protectedHeader()));
            var recipients = document.keys();
            if (recipients.size() > MOST_RECIPIENTS) {
                throw new BadMessageException("encrypted for more than " + MOST_RECIPIENTS + " keys");
            }
            for (var recipient : recipients) {
                var header = outer.with(recipient.header());
                var encrypted = JweDocument.bytes(recipient.encryptedKey());
                for (var key : keys) {
                    var opened = open(document, header, encrypted, key);
                    if (opened.isPresent()) {
                        return opened;
                    }
                }
            }
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new BadMessageException("a part of it is no base64", e);
        }
    }

    private static Optional<byte[]> open(JweDocument document, Header header, byte[] encrypted, PrivateKey key) {
        if (!KEY_BYTES.containsKey(header.enc())
                || !header.zip().isEmpty()
                || !header.crit().isEmpty()
                || !KeyUnwrapping.fits(key, header.alg())) {
            return Optional.empty();
        }
        try {
            return Optional.of(message(document, header, KeyUnwrapping.open(key, header, encrypted)));
        } catch (GeneralSecurityException _) {
            return Optional.empty(); // for another key
        }
    }

    private static byte[] message(JweDocument document, Header header, byte[] key) throws GeneralSecurityException {
        var nonce = JweDocument.bytes(document.iv());
        var tag = JweDocument.bytes(document.tag());
        if (key.length != KEY_BYTES.getOrDefault(header.enc(), -1)
                || nonce.length != NONCE_BYTES
                || tag.length != TAG_BYTES) {
            throw new GeneralSecurityException("a key, nonce or tag of another length than its cipher has");
        }
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BYTES * BITS, nonce));
        cipher.updateAAD(document.authenticated());
        var ciphertext = JweDocument.bytes(document.ciphertext());
        var both = new byte[ciphertext.length + tag.length];
        System.arraycopy(ciphertext, 0, both, 0, ciphertext.length);
        System.arraycopy(tag, 0, both, ciphertext.length, tag.length);
        return cipher.doFinal(both);
    }
}
