package dev.carafe.trust;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// signedBy with keys and signatures of GnuPG's.
@Tag("system")
class SimpleSigningTest {
    private static final int ROUNDS = 500;
    private static final String ALICE = "Alice <alice@example.com>";
    private static final String BOB = "Bob <bob@example.com>";
    private static final Duration DAY = Duration.ofDays(1);

    private static GpgHome home;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeKeys() throws Exception {
        home = GpgHome.create();
        home.generate(ALICE, "rsa2048", "never");
        home.generate(BOB, "ed25519", "2d");
    }

    @AfterAll
    static void removeKeys() throws Exception {
        home.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {ALICE, BOB})
    void aSignatureByATrustedKeyIsAccepted(String user) throws Exception {
        requiring(home.publicKey(user)).checkSimple(home.sign(user, claim()));
    }

    @Test
    void armoredAndJoinedKeyringsAreReadToo() throws Exception {
        var joined = new ByteArrayOutputStream();
        joined.write(home.publicKey(BOB, "--armor"));
        joined.write(home.publicKey(ALICE, "--armor"));
        requiring(joined.toByteArray()).checkSimple(home.sign(ALICE, claim()));
        var binary = new ByteArrayOutputStream();
        binary.write(home.publicKey(BOB));
        binary.write(home.publicKey(ALICE));
        requiring(binary.toByteArray()).checkSimple(home.sign(ALICE, claim()));
    }

    @Test
    void keysOfSeveralFilesCountTogether() throws Exception {
        var alice = Files.write(folder.resolve("alice.gpg"), home.publicKey(ALICE));
        var bob = Files.write(folder.resolve("bob.gpg"), home.publicKey(BOB));
        var policy = Policies.requiring(
                folder,
                "{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyPaths\":[\"" + alice + "\",\"" + bob + "\"]}",
                Instant.now());
        policy.checkSimple(home.sign(BOB, claim()));
        Files.delete(alice);
        var signature = home.sign(BOB, claim());
        var e = assertThrows(PolicyException.class, () -> policy.checkSimple(signature));
        assertTrue(e.getMessage().contains(alice + " can't be read: there is no such file"), e.getMessage());
    }

    @Test
    void aSignatureByAnotherKeyIsRefused() throws Exception {
        assertRefused("which the policy does not trust", requiring(home.publicKey(ALICE)), home.sign(BOB, claim()));
    }

    @Test
    void anUncompressedMessageIsAcceptedToo() throws Exception {
        requiring(home.publicKey(ALICE)).checkSimple(home.sign(ALICE, claim(), "--compress-algo", "none"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --clearsign           | it is not an OpenPGP message
            --armor               | it is not an OpenPGP message
            --detach-sign         | it is not a message with one signature
            """)
    void anotherFormOfSignatureIsRefused(String form, String message) throws Exception {
        assertRefused(message, requiring(home.publicKey(ALICE)), home.sign(ALICE, claim(), form));
    }

    @Test
    void aMessageWithTwoSignaturesIsRefused() throws Exception {
        assertRefused(
                "not a message with one signature",
                requiring(home.publicKey(ALICE)),
                home.sign(ALICE, claim(), "--local-user", BOB));
    }

    @Test
    void aWeakHashIsRefused() throws Exception {
        var weak =
                home.sign(ALICE, claim(), "--digest-algo", "SHA1", "--allow-weak-digest-algos", "--weak-digest", "MD5");
        assertRefused("a hash or an extension that is not accepted", requiring(home.publicKey(ALICE)), weak);
    }

    @Test
    void somethingAfterTheSignatureIsRefused() throws Exception {
        var good = home.sign(ALICE, claim(), "--compress-algo", "none");
        var more = new ByteArrayOutputStream();
        more.write(good);
        more.write(good);
        assertRefused("something follows the signature", requiring(home.publicKey(ALICE)), more.toByteArray());
        for (var length : new int[] {0, 1, good.length / 2, good.length - 1}) {
            assertRefused("it is not", requiring(home.publicKey(ALICE)), Arrays.copyOf(good, length));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cosign container image signature | D | registry.example.com/team/app:1 | "atomic container signature" is expected
            atomic container signature       | E | registry.example.com/team/app:1 | it is for another manifest
            atomic container signature       | D | registry.example.com/team/app:2 | it is for the name registry.example.com/team/app:2
            """)
    void aWellSignedClaimAboutSomethingElseIsRefused(String type, String digest, String name, String message)
            throws Exception {
        var manifest = digest.equals("D") ? Policies.MANIFEST : Digest.sha256(new byte[] {9});
        var signature = home.sign(ALICE, SigstoreSigner.claim(type, manifest.toString(), name));
        assertRefused(message, requiring(home.publicKey(ALICE)), signature);
    }

    @Test
    void aKeyThatHasExpiredSinceIsRefused() throws Exception {
        var signature = home.sign(BOB, claim());
        var later = requiring(home.publicKey(BOB), Instant.now().plus(DAY.multipliedBy(3)));
        assertRefused("has expired at", later, signature);
    }

    @Test
    void aSignatureThatHasExpiredIsRefused() throws Exception {
        var signature = home.sign(ALICE, claim(), "--default-sig-expire", "1d");
        requiring(home.publicKey(ALICE)).checkSimple(signature);
        assertRefused(
                "it has expired on",
                requiring(home.publicKey(ALICE), Instant.now().plus(DAY.multipliedBy(2))),
                signature);
    }

    @Test
    void aSignatureOfTheFutureIsRefused() throws Exception {
        assertRefused(
                "it is of the future",
                requiring(home.publicKey(ALICE), Instant.now().minus(Duration.ofHours(1))),
                home.sign(ALICE, claim()));
    }

    @Test
    void aRevokedKeyIsRefusedWithWhatItHasSigned() throws Exception {
        try (var own = GpgHome.create()) {
            var fingerprint = own.generate("Carol", "ed25519", "never");
            var signature = own.sign("Carol", claim());
            requiring(own.publicKey("Carol")).checkSimple(signature);
            var certificate = own.folder().resolve("openpgp-revocs.d/" + fingerprint + ".rev");
            Files.writeString(certificate, Files.readString(certificate).replace(":-----BEGIN", "-----BEGIN"));
            own.gpg("--import", certificate.toString());
            assertRefused("is revoked", requiring(own.publicKey("Carol")), signature);
        }
    }

    @Test
    void aSubkeySignsForItsKey() throws Exception {
        try (var own = GpgHome.create()) {
            own.gpg("--quick-generate-key", "Dave", "ed25519", "cert", "never");
            var fingerprint = own.fingerprint("Dave");
            own.gpg("--quick-add-key", fingerprint, "ed25519", "sign", "never");
            requiring(own.publicKey("Dave")).checkSimple(own.sign("Dave", claim()));
            var signature = own.sign("Dave", claim());
            own.gpg("--quick-set-expire", fingerprint, "1d");
            var later = Instant.now().plus(DAY.multipliedBy(2));
            assertRefused("has expired at", requiring(own.publicKey("Dave"), later), signature);
        }
    }

    @Test
    void aKeyringWithoutKeysIsThePolicysFault() throws Exception {
        var signature = home.sign(ALICE, claim());
        for (var ring : new byte[][] {"nothing".getBytes(StandardCharsets.UTF_8), signature}) {
            assertThrows(PolicyException.class, () -> requiring(ring).checkSimple(signature));
        }
    }

    @Test
    void theFirstGoodSignatureDecidesAndReasonsAreBounded() throws Exception {
        var policy = requiring(home.publicKey(ALICE));
        var bad = home.sign(BOB, claim());
        policy.checkSimple(bad, home.sign(ALICE, claim()));
        var many = Stream.generate(() -> bad).limit(100).toArray(byte[][]::new);
        assertRefused("; and 97 signatures more", policy, many);
    }

    @Test
    void noDamageIsEverAccepted() throws Exception {
        var policy = requiring(home.publicKey(ALICE));
        var good = home.sign(ALICE, claim(), "--compress-algo", "none");
        policy.checkSimple(good);
        var random = new Random(5);
        var content = new String(good, StandardCharsets.ISO_8859_1).indexOf("{\"critical\"");
        var end = content + claim().length();
        for (var round = 0; round < ROUNDS; round++) {
            var damaged = good.clone();
            damaged[random.nextInt(content, end)] ^= (byte) (1 << random.nextInt(8));
            assertThrows(SignatureRefusedException.class, () -> policy.checkSimple(damaged));
            var anywhere = good.clone();
            anywhere[random.nextInt(good.length)] ^= (byte) (1 << random.nextInt(8));
            assertSameOrRefused(policy, anywhere);
        }
    }

    /// Some bits mean nothing: a file's name and time in the message, the signature's unhashed part. What is
    /// accepted then is still the same claim.
    private static void assertSameOrRefused(Policies policy, byte[] damaged) throws IOException {
        try {
            policy.checkSimple(damaged);
            assertTrue(new String(damaged, StandardCharsets.ISO_8859_1).contains(claim()));
        } catch (SignatureRefusedException expected) {
            assertTrue(expected.getMessage().contains("(signedBy)"));
        }
    }

    private static String claim() {
        return SigstoreSigner.claim(SignedClaim.SIMPLE, Policies.MANIFEST.toString(), Policies.IMAGE.toString())
                .replace("null", "{\"creator\":\"test\",\"timestamp\":1700000000}");
    }

    private Policies requiring(byte[] keyring) throws IOException {
        return requiring(keyring, Instant.now());
    }

    private Policies requiring(byte[] keyring, Instant now) throws IOException {
        return Policies.requiring(
                folder,
                "{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyData\":\"" + Policies.inline(keyring) + "\"}",
                now);
    }

    private static void assertRefused(String message, Policies policy, byte[]... signatures) {
        var e = assertThrows(SignatureRefusedException.class, () -> policy.checkSimple(signatures));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }
}
