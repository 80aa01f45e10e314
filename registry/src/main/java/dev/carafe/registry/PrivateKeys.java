package dev.carafe.registry;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/// Private keys in PEM without a password: PKCS 8 (RFC 5958), and the older forms of RSA (RFC 8017, appendix
/// A.1.2) and EC (RFC 5915), which openssl still writes.
public final class PrivateKeys {
    private static final Pattern PEM = Pattern.compile(
            "-----BEGIN ((?:RSA |EC |ENCRYPTED )?PRIVATE KEY)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final int PARAMETERS = 0xa0;
    private static final byte[] VERSION_0 = {2, 1, 0};
    /// rsaEncryption (1.2.840.113549.1.1.1) without parameters.
    private static final byte[] RSA = {6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0};
    /// id-ecPublicKey (1.2.840.10045.2.1); the curve follows.
    private static final byte[] EC = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

    private PrivateKeys() {}

    /// The first key in the text.
    ///
    /// @throws IllegalArgumentException when there is none
    public static PrivateKey parse(String text) throws GeneralSecurityException {
        var found = PEM.matcher(text);
        if (!found.find()) {
            throw new IllegalArgumentException("no private key in PEM in it");
        }
        var bytes = Base64.getMimeDecoder().decode(found.group(2));
        return switch (found.group(1)) {
            case "PRIVATE KEY" -> ofPkcs8(bytes);
            case "RSA PRIVATE KEY" -> ofPkcs8(der(SEQUENCE, VERSION_0, der(SEQUENCE, RSA), der(OCTET_STRING, bytes)));
            case "EC PRIVATE KEY" ->
                ofPkcs8(der(SEQUENCE, VERSION_0, der(SEQUENCE, EC, curve(bytes)), der(OCTET_STRING, bytes)));
            default -> throw new IllegalArgumentException("the key is encrypted; nobody is here to give a password");
        };
    }

    private static PrivateKey ofPkcs8(byte[] bytes) throws GeneralSecurityException {
        var failure = new IllegalArgumentException("neither an RSA, an EC nor an Ed25519 key, or damaged");
        for (var algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
            } catch (InvalidKeySpecException ofAnother) {
                failure.addSuppressed(ofAnother);
            }
        }
        throw failure;
    }

    /// ECPrivateKey: version, key, and as `[0]` the curve's object identifier.
    private static byte[] curve(byte[] key) {
        try {
            for (var at = content(key, 0); at < key.length; at = content(key, at) + length(key, at)) {
                if ((key[at] & 0xff) == PARAMETERS) {
                    return Arrays.copyOfRange(key, content(key, at), content(key, at) + length(key, at));
                }
            }
        } catch (IndexOutOfBoundsException damaged) {
            throw new IllegalArgumentException("the key is damaged", damaged);
        }
        throw new IllegalArgumentException("the key does not name its curve");
    }

    /// Where the content of the value at this place begins; lengths have one or two bytes more (X.690, section
    /// 8.1.3).
    private static int content(byte[] der, int at) {
        var first = der[at + 1] & 0xff;
        return at + 2 + (first > 0x80 ? first - 0x80 : 0);
    }

    private static int length(byte[] der, int at) {
        var first = der[at + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        var length = 0;
        for (var i = at + 2; i < content(der, at) && i < at + 4; i++) {
            length = length << 8 | (der[i] & 0xff);
        }
        return length;
    }

    private static byte[] der(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (var part : parts) {
            content.writeBytes(part);
        }
        var out = new ByteArrayOutputStream();
        out.write(tag);
        var size = content.size();
        if (size < 0x80) {
            out.write(size);
        } else {
            out.write(0x82);
            out.write(size >> 8);
            out.write(size);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }
}
