package dev.carafe.trust;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Digest;
import dev.carafe.oci.Reference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// sigstoreSigned with public keys, with and without a log.
class SigstoreKeyTest {
    private static final Instant NOW = Instant.parse("2026-05-06T07:08:09Z");
    private static final int ROUNDS = 400;

    @TempDir
    Path folder;

    static Stream<SigstoreSigner> signers() throws GeneralSecurityException {
        return Stream.of(
                SigstoreSigner.elliptic("secp256r1"),
                SigstoreSigner.elliptic("secp384r1"),
                SigstoreSigner.rsa(2048),
                SigstoreSigner.edwards());
    }

    @ParameterizedTest
    @MethodSource("signers")
    void aSignatureByTheKeyIsAccepted(SigstoreSigner signer) throws Exception {
        requiring(signer).checkSigstore(signer.sign(SigstoreSigner.claim()));
    }

    @ParameterizedTest
    @MethodSource("signers")
    void aSignatureByAnotherKeyOfTheKindIsRefused(SigstoreSigner signer) throws Exception {
        var other = switch (signer.algorithm()) {
            case "SHA256withRSA" -> SigstoreSigner.rsa(2048);
            case "Ed25519" -> SigstoreSigner.edwards();
            default -> SigstoreSigner.elliptic("secp256r1");
        };
        assertRefused("not by a key that the policy trusts", requiring(signer), other.sign(SigstoreSigner.claim()));
    }

    @Test
    void oneGoodSignatureAmongBadOnesIsEnough() throws Exception {
        var signer = SigstoreSigner.elliptic("secp256r1");
        var other = SigstoreSigner.elliptic("secp256r1");
        requiring(signer).checkSigstore(other.sign(SigstoreSigner.claim()), signer.sign(SigstoreSigner.claim()));
    }

    @Test
    void theRefusalNamesThePolicyTheScopeTheRequirementAndTheReason() throws Exception {
        var policy = requiring(SigstoreSigner.elliptic("secp256r1"));
        assertRefused(
                "refused by policy " + policy.file() + ", docker scope \"registry.example.com\", requirement 1"
                        + " (sigstoreSigned): the image has no sigstore signature attached",
                policy);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            atomic container signature      | D | registry.example.com/team/app:1 | "cosign container image signature" is expected
            cosign container image signature | E | registry.example.com/team/app:1 | for another manifest
            cosign container image signature | D | registry.example.com/team/app:2 | for the name registry.example.com/team/app:2
            cosign container image signature | D | registry.example.com/team/app   | for the name registry.example.com/team/app,
            cosign container image signature | x | registry.example.com/team/app:1 | not a digest
            cosign container image signature | D |                                  | not a
            """)
    void aWellSignedClaimAboutSomethingElseIsRefused(String type, String digest, String name, String message)
            throws Exception {
        var signer = SigstoreSigner.elliptic("secp256r1");
        var expanded = switch (digest) {
            case "D" -> Policies.MANIFEST.toString();
            case "E" -> Digest.sha256(new byte[] {9}).toString();
            default -> digest;
        };
        var claim = SigstoreSigner.claim(type, expanded, name == null ? "" : name);
        assertRefused(message, requiring(signer), signer.sign(claim));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            "optional":null           | "optional":null,"more":1        | the field "more" is not known
            "optional":null           | "optional":{"timestamp":"x"}    | a whole number is expected
            "optional":null           | "optional":null,"optional":null | there twice
            "critical":{              | "critical":{"x":1,              | the field "x" is not known
            "image":{                 | "image":{"x":1,                 | the field "x" is not known
            ,"optional":null          | ^^                              | the field "optional" is missing
            """)
    void aClaimThatCouldBeReadInTwoWaysIsRefused(String part, String other, String message) throws Exception {
        var signer = SigstoreSigner.elliptic("secp256r1");
        var claim = SigstoreSigner.claim().replace(part, other);
        assertRefused(message, requiring(signer), signer.sign(claim));
    }

    @Test
    void whatCosignWritesIntoOptionalIsTheSignersBusiness() throws Exception {
        var signer = SigstoreSigner.elliptic("secp256r1");
        var claim = SigstoreSigner.claim()
                .replace("null", "{\"creator\":\"me\",\"timestamp\":1700000000,\"commit\":\"abc\"}");
        requiring(signer).checkSigstore(signer.sign(claim));
    }

    @Test
    void theNameOfCosignsSignaturesMatchesByRepositoryOnly() throws Exception {
        var signer = SigstoreSigner.elliptic("secp256r1");
        var bare = SigstoreSigner.claim(SignedClaim.SIGSTORE, Policies.MANIFEST.toString(), Policies.IMAGE.name());
        var policy = Policies.requiring(
                folder, requirement(signer, ",\"signedIdentity\":{\"type\":\"matchRepository\"}"), NOW);
        policy.checkSigstore(signer.sign(bare));
    }

    @Test
    void anImageThatNoScopeNamesHasTheDefault() throws Exception {
        var policy = requiring(SigstoreSigner.elliptic("secp256r1"));
        var e = assertThrows(
                SignatureRefusedException.class,
                () -> policy.check(Reference.parse("other.example.com/a:1"), Policies.simple()));
        assertTrue(e.getMessage().contains("default, requirement 1 (reject)"), e.getMessage());
    }

    @Test
    void keysThatAreWeakOrNoKeysAreThePolicysFault() throws Exception {
        assertPolicyWrong(
                "a key of 1024 bits is too weak", SigstoreSigner.rsa(1024).publicPem());
        assertPolicyWrong("not PEM", "hello".getBytes(StandardCharsets.UTF_8));
        assertPolicyWrong("a PUBLIC KEY in PEM is expected", SigstoreSigner.pem("RSA PUBLIC KEY", new byte[] {1}));
        assertPolicyWrong("not a public key of", SigstoreSigner.pem("PUBLIC KEY", new byte[] {1, 2}));
    }

    private void assertPolicyWrong(String message, byte[] pem) throws Exception {
        var requirement = "{\"type\":\"sigstoreSigned\",\"keyData\":\"" + Policies.inline(pem) + "\"}";
        var policy = Policies.requiring(folder, requirement, NOW);
        var signature = SigstoreSigner.elliptic("secp256r1").sign(SigstoreSigner.claim());
        var e = assertThrows(PolicyException.class, () -> policy.checkSigstore(signature));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void whereALogIsNamedItsPromiseIsNeeded() throws Exception {
        var signer = SigstoreSigner.elliptic("secp256r1");
        var log = SigstoreSigner.elliptic("secp256r1");
        var policy = logged(signer, log);
        var signature = signer.sign(SigstoreSigner.claim());
        policy.checkSigstore(log.log(signature, signer.publicPem(), NOW));
        assertRefused("it lacks the annotation dev.sigstore.cosign/bundle", policy, signature);
        assertRefused(
                "not signed by a trusted log",
                policy,
                SigstoreSigner.elliptic("secp256r1").log(signature, signer.publicPem(), NOW));
    }

    @Test
    void aPromiseForSomethingElseIsRefused() throws Exception {
        var signer = SigstoreSigner.elliptic("secp256r1");
        var log = SigstoreSigner.elliptic("secp256r1");
        var policy = logged(signer, log);
        var signature = signer.sign(SigstoreSigner.claim());
        var again = signer.sign(SigstoreSigner.claim());
        var other = SigstoreSigner.elliptic("secp256r1");
        assertRefused("the log's entry is of another key", policy, log.log(signature, other.publicPem(), NOW));
        assertRefused(
                "the log's entry is of another signature", policy, entry(log, signature, again, signer.publicPem()));
        var otherPayload = signer.sign(SigstoreSigner.claim().replace("null", "{}"));
        assertRefused("is expected, not", policy, entry(log, signature, otherPayload, signer.publicPem()));
    }

    /// The signature with the log's entry of another one.
    private static SigstoreSignature entry(
            SigstoreSigner log, SigstoreSignature signature, SigstoreSignature other, byte[] pem)
            throws GeneralSecurityException {
        return SigstoreSigner.with(
                signature, SigstoreSignature.BUNDLE, log.bundle(SigstoreSigner.entry(other, pem), NOW));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            "integratedTime": 1 | "integratedTime": 2
            "logIndex": 4711    | "logIndex": 4712
            "logIndex": 4711    | "logIndex": -4711
            "logIndex": 4711    | "logIndex": 4711.0
            "logIndex": 4711    | "logIndex": 4711, "x": 1
            "Payload"           | "payload"
            """)
    void aChangedPromiseIsRefused(String part, String other) throws Exception {
        var signer = SigstoreSigner.elliptic("secp256r1");
        var log = SigstoreSigner.elliptic("secp256r1");
        var logged = log.log(signer.sign(SigstoreSigner.claim()), signer.publicPem(), NOW);
        var bundle = logged.annotations().get(SigstoreSignature.BUNDLE);
        assertTrue(bundle.contains(part), bundle);
        assertRefused(
                "log entry is not",
                logged(signer, log),
                SigstoreSigner.with(logged, SigstoreSignature.BUNDLE, bundle.replace(part, other)));
    }

    @Test
    void noDamageIsEverAccepted() throws Exception {
        var signer = SigstoreSigner.elliptic("secp256r1");
        var log = SigstoreSigner.elliptic("secp256r1");
        var policy = logged(signer, log);
        var good = log.log(signer.sign(SigstoreSigner.claim()), signer.publicPem(), NOW);
        assertDoesNotThrow(() -> policy.checkSigstore(good));
        var random = new Random(3);
        for (var round = 0; round < ROUNDS; round++) {
            var damaged = damaged(good, random);
            assertThrows(IOException.class, () -> policy.checkSigstore(damaged), damaged::toString);
        }
    }

    /// With one bit of what matters changed: base64 is damaged after decoding, since its last character has
    /// bits that mean nothing.
    private static SigstoreSignature damaged(SigstoreSignature good, Random random) {
        Map<String, String> annotations = new HashMap<>(good.annotations());
        var payload = good.payload().clone();
        switch (random.nextInt(3)) {
            case 0 -> flip(payload, random);
            case 1 -> {
                var signature = Base64.getDecoder().decode(annotations.get(SigstoreSignature.SIGNATURE));
                flip(signature, random);
                annotations.put(SigstoreSignature.SIGNATURE, SigstoreSigner.base64(signature));
            }
            default -> {
                var bundle = annotations.get(SigstoreSignature.BUNDLE);
                var at = bundle.indexOf("\"body\"") + 9 + random.nextInt(100);
                var other = bundle.charAt(at) == 'A' ? 'B' : 'A';
                annotations.put(SigstoreSignature.BUNDLE, bundle.substring(0, at) + other + bundle.substring(at + 1));
            }
        }
        return new SigstoreSignature(payload, annotations);
    }

    private static void flip(byte[] bytes, Random random) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }

    private Policies requiring(SigstoreSigner signer) throws IOException {
        return Policies.requiring(folder, requirement(signer, ""), NOW);
    }

    private Policies logged(SigstoreSigner signer, SigstoreSigner log) throws IOException {
        var more = ",\"rekorPublicKeyData\":\"" + Policies.inline(log.publicPem()) + "\"";
        return Policies.requiring(folder, requirement(signer, more), NOW);
    }

    private static String requirement(SigstoreSigner signer, String more) {
        return "{\"type\":\"sigstoreSigned\",\"keyData\":\"" + Policies.inline(signer.publicPem()) + "\"" + more + "}";
    }

    private static void assertRefused(String message, Policies policy, SigstoreSignature... signatures) {
        var e = assertThrows(SignatureRefusedException.class, () -> policy.checkSigstore(signatures));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }
}
