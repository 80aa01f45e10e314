package dev.carafe.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/// A key pair in cosign's files: the private key encrypted with a password by scrypt and NaCl's secretbox, as
/// skopeo signs with it.
public record CosignKey(Path privateKey, Path passphrase, Path publicKey) {
    private static final String PASSWORD = "secret";
    private static final int COST = 32768;
    private static final int BLOCK = 8;
    private static final int KEY_BYTES = 32;
    private static final int TAG_BYTES = 16;

    public static CosignKey generate(Path folder) throws IOException, GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        var keys = generator.generateKeyPair();
        return new CosignKey(
                pem(
                        folder.resolve("cosign.key"),
                        "ENCRYPTED COSIGN PRIVATE KEY",
                        encrypted(keys.getPrivate().getEncoded())),
                Files.writeString(folder.resolve("cosign.password"), PASSWORD),
                pem(folder.resolve("cosign.pub"), "PUBLIC KEY", keys.getPublic().getEncoded()));
    }

    private static Path pem(Path file, String label, byte[] content) throws IOException {
        return Files.writeString(
                file,
                "-----BEGIN " + label + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + label
                        + "-----\n");
    }

    private static byte[] encrypted(byte[] plain) {
        var random = new SecureRandom();
        var salt = random.generateSeed(KEY_BYTES);
        var nonce = random.generateSeed(24);
        var key = SCrypt.generate(PASSWORD.getBytes(StandardCharsets.UTF_8), salt, COST, BLOCK, 1, KEY_BYTES);
        var base64 = Base64.getEncoder();
        return """
                {"kdf":{"name":"scrypt","params":{"N":%d,"r":%d,"p":1},"salt":"%s"},
                 "cipher":{"name":"nacl/secretbox","nonce":"%s"},"ciphertext":"%s"}
                """.formatted(
                        COST,
                        BLOCK,
                        base64.encodeToString(salt),
                        base64.encodeToString(nonce),
                        base64.encodeToString(secretbox(key, nonce, plain)))
                .getBytes(StandardCharsets.UTF_8);
    }

    /// The tag, then the text, xored with the stream after its first block, which is the tag's key.
    private static byte[] secretbox(byte[] key, byte[] nonce, byte[] plain) {
        var cipher = new XSalsa20Engine();
        cipher.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
        var macKey = new byte[KEY_BYTES];
        cipher.processBytes(macKey, 0, KEY_BYTES, macKey, 0);
        var box = new byte[TAG_BYTES + plain.length];
        cipher.processBytes(plain, 0, plain.length, box, TAG_BYTES);
        var mac = new Poly1305();
        mac.init(new KeyParameter(macKey));
        mac.update(box, TAG_BYTES, plain.length);
        mac.doFinal(box, 0);
        Arrays.fill(macKey, (byte) 0);
        return box;
    }
}
