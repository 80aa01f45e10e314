package dev.carafe.trust;

import dev.carafe.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/// Signs as cosign does, with keys of the JDK's.
record SigstoreSigner(KeyPair keys, String algorithm) {
    static SigstoreSigner elliptic(String curve) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return new SigstoreSigner(generator.generateKeyPair(), "SHA256withECDSA");
    }

    static SigstoreSigner rsa(int bits) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return new SigstoreSigner(generator.generateKeyPair(), "SHA256withRSA");
    }

    static SigstoreSigner edwards() throws GeneralSecurityException {
        return new SigstoreSigner(KeyPairGenerator.getInstance("Ed25519").generateKeyPair(), "Ed25519");
    }

    static String claim(String type, String digest, String name) {
        return "{\"critical\":{\"identity\":{\"docker-reference\":\"" + name
                + "\"},\"image\":{\"docker-manifest-digest\":\"" + digest + "\"},\"type\":\"" + type
                + "\"},\"optional\":null}";
    }

    static String claim() {
        return claim(SignedClaim.SIGSTORE, Policies.MANIFEST.toString(), Policies.IMAGE.toString());
    }

    byte[] publicPem() {
        return pem(keys.getPublic());
    }

    static byte[] pem(PublicKey key) {
        return pem("PUBLIC KEY", key.getEncoded());
    }

    static byte[] pem(String label, byte[] der) {
        return ("-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label
                        + "-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    byte[] signatureOf(byte[] content) throws GeneralSecurityException {
        return signature(keys.getPrivate(), algorithm, content);
    }

    private static byte[] signature(PrivateKey key, String algorithm, byte[] content) throws GeneralSecurityException {
        var signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(content);
        return signer.sign();
    }

    SigstoreSignature sign(String claim) throws GeneralSecurityException {
        var payload = claim.getBytes(StandardCharsets.UTF_8);
        return new SigstoreSignature(payload, Map.of(SigstoreSignature.SIGNATURE, base64(signatureOf(payload))));
    }

    /// The signature with the log's promise, where this is the log.
    ///
    /// @param signerPem key or certificate
    SigstoreSignature log(SigstoreSignature signature, byte[] signerPem, Instant at) throws GeneralSecurityException {
        return with(signature, SigstoreSignature.BUNDLE, bundle(entry(signature, signerPem), at));
    }

    static SigstoreSignature with(SigstoreSignature signature, String annotation, String value) {
        var annotations = new HashMap<>(signature.annotations());
        annotations.put(annotation, value);
        return new SigstoreSignature(signature.payload(), annotations);
    }

    static String entry(SigstoreSignature signature, byte[] signerPem) {
        return "{\"apiVersion\":\"0.0.1\",\"kind\":\"hashedrekord\",\"spec\":{\"data\":{\"hash\":{\"algorithm\":"
                + "\"sha256\",\"value\":\"" + Digest.sha256(signature.payload()).hex()
                + "\"}},\"signature\":{\"content\":\"" + signature.annotations().get(SigstoreSignature.SIGNATURE)
                + "\",\"publicKey\":{\"content\":\"" + base64(signerPem) + "\"}}}}";
    }

    String bundle(String entry, Instant at) throws GeneralSecurityException {
        var body = base64(entry.getBytes(StandardCharsets.UTF_8));
        var log = Digest.sha256(keys.getPublic().getEncoded()).hex();
        var canonical = "{\"body\":\"" + body + "\",\"integratedTime\":" + at.getEpochSecond() + ",\"logID\":\"" + log
                + "\",\"logIndex\":4711}";
        // The order and the spaces of what is sent are nobody's business.
        return "{\"SignedEntryTimestamp\": \"" + base64(signatureOf(canonical.getBytes(StandardCharsets.UTF_8)))
                + "\", \"Payload\": {\"logIndex\": 4711, \"logID\": \"" + log + "\", \"integratedTime\": "
                + at.getEpochSecond() + ", \"body\": \"" + body + "\"}}";
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
