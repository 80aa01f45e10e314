package dev.carafe.engine.decrypt;

import dev.carafe.engine.decrypt.JweDocument.Header;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/// How a private key opens the key of a message (RFC 7518, section 4): the ways that ocicrypt writes.
final class KeyUnwrapping {
    private static final String AES = "AES";
    private static final String AGREEMENT = "ECDH-ES+A";
    private static final String WRAPPING = "KW";
    private static final int BITS = 8;

    private KeyUnwrapping() {}

    /// Whether such a key can be the one.
    static boolean fits(PrivateKey key, String algorithm) {
        return switch (key) {
            case RSAPrivateKey _ -> algorithm.equals("RSA-OAEP") || algorithm.equals("RSA-OAEP-256");
            case ECPrivateKey _ -> algorithm.matches("ECDH-ES\\+A(128|192|256)KW");
            default -> false;
        };
    }

    /// @throws GeneralSecurityException when it is encrypted for another key, or damaged
    static byte[] open(PrivateKey key, Header header, byte[] encrypted) throws GeneralSecurityException {
        return switch (key) {
            case RSAPrivateKey rsa -> openByRsa(rsa, header.alg(), encrypted);
            case ECPrivateKey curve -> openByAgreement(curve, header, encrypted);
            default -> throw new InvalidKeyException("neither a key of RSA nor of an elliptic curve");
        };
    }

    private static byte[] openByRsa(RSAPrivateKey key, String algorithm, byte[] encrypted)
            throws GeneralSecurityException {
        var isSha256 = algorithm.equals("RSA-OAEP-256");
        var parameters = new OAEPParameterSpec(
                isSha256 ? "SHA-256" : "SHA-1",
                "MGF1",
                isSha256 ? MGF1ParameterSpec.SHA256 : MGF1ParameterSpec.SHA1,
                PSource.PSpecified.DEFAULT);
        var cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
        cipher.init(Cipher.DECRYPT_MODE, key, parameters);
        return cipher.doFinal(encrypted);
    }

    private static byte[] openByAgreement(ECPrivateKey key, Header header, byte[] encrypted)
            throws GeneralSecurityException {
        var point = header.epk();
        if (point == null || !point.kty().equals("EC")) {
            throw new InvalidKeyException("no key of the sender's");
        }
        var sender = KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(
                        new ECPoint(coordinate(point.x(), key), coordinate(point.y(), key)), key.getParams()));
        var agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(key);
        agreement.doPhase(sender, true); // refuses a point that is not on the curve
        var unwrapping = Cipher.getInstance("AESWrap");
        unwrapping.init(Cipher.UNWRAP_MODE, derived(agreement.generateSecret(), header));
        var opened = unwrapping.unwrap(encrypted, AES, Cipher.SECRET_KEY);
        return opened.getEncoded();
    }

    /// Java's own keys fail on larger numbers in a way of their own.
    private static BigInteger coordinate(String base64Url, ECPrivateKey key) throws InvalidKeyException {
        var number = new BigInteger(1, JweDocument.bytes(base64Url));
        if (number.bitLength() > key.getParams().getCurve().getField().getFieldSize()) {
            throw new InvalidKeyException("the sender's key is of another curve");
        }
        return number;
    }

    /// Concat KDF of one round (RFC 7518, section 4.6.2): SHA-256 gives as many bits as the longest key has.
    private static Key derived(byte[] secret, Header header) throws NoSuchAlgorithmException {
        var algorithm = header.alg();
        var bits = Integer.parseInt(algorithm.substring(AGREEMENT.length(), algorithm.length() - WRAPPING.length()));
        var hash = MessageDigest.getInstance("SHA-256");
        hash.update(number(1));
        hash.update(secret);
        addTo(hash, algorithm.getBytes(StandardCharsets.US_ASCII));
        addTo(hash, JweDocument.bytes(header.apu()));
        addTo(hash, JweDocument.bytes(header.apv()));
        hash.update(number(bits));
        return new SecretKeySpec(Arrays.copyOf(hash.digest(), bits / BITS), AES);
    }

    private static void addTo(MessageDigest hash, byte[] part) {
        hash.update(number(part.length));
        hash.update(part);
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }
}
