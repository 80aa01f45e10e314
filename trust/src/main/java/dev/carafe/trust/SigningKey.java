package dev.carafe.trust;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;

/// A public key as sigstore uses them: ECDSA or RSA (PKCS #1) over SHA-256, or Ed25519.
record SigningKey(PublicKey key) {
    private static final int FEWEST_RSA_BITS = 2048;
    private static final int FEWEST_EC_BITS = 256;
    private static final List<String> FAMILIES = List.of("EC", "RSA", "Ed25519");

    /// @throws IllegalArgumentException when it is of another kind or too weak
    SigningKey {
        switch (key) {
            case RSAPublicKey rsa -> atLeast(FEWEST_RSA_BITS, rsa.getModulus().bitLength());
            case ECPublicKey ec ->
                atLeast(FEWEST_EC_BITS, ec.getParams().getOrder().bitLength());
            default -> {
                if (!isEdwards(key)) {
                    throw new IllegalArgumentException("keys of " + key.getAlgorithm() + " are not accepted");
                }
            }
        }
    }

    private static void atLeast(int fewest, int bits) {
        if (bits < fewest) {
            throw new IllegalArgumentException("a key of " + bits + " bits is too weak");
        }
    }

    private static boolean isEdwards(PublicKey key) {
        return key.getAlgorithm().equals("EdDSA") || key.getAlgorithm().equals("Ed25519");
    }

    /// @param pem a block `PUBLIC KEY`
    static SigningKey parse(byte[] pem) throws BadFormException {
        var block = Pem.only(pem);
        if (!block.label().equals("PUBLIC KEY")) {
            throw new BadFormException("a PUBLIC KEY in PEM is expected, not a " + block.label());
        }
        for (var family : FAMILIES) {
            try {
                return new SigningKey(
                        KeyFactory.getInstance(family).generatePublic(new X509EncodedKeySpec(block.der())));
            } catch (GeneralSecurityException notOfThatFamily) {
                // The next one is tried; the message below is for all.
            } catch (IllegalArgumentException e) {
                throw new BadFormException(String.valueOf(e.getMessage()), e);
            }
        }
        throw new BadFormException("not a public key of " + String.join(", ", FAMILIES));
    }

    boolean isElliptic() {
        return key instanceof ECPublicKey;
    }

    boolean hasSigned(byte[] content, byte[] signature) {
        try {
            var verifier = Signature.getInstance(algorithm());
            verifier.initVerify(key);
            verifier.update(content);
            return verifier.verify(signature);
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }

    private String algorithm() {
        return switch (key) {
            case RSAPublicKey _ -> "SHA256withRSA";
            case ECPublicKey _ -> "SHA256withECDSA";
            default -> "Ed25519";
        };
    }
}
