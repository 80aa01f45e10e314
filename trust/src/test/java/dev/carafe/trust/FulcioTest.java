package dev.carafe.trust;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// sigstoreSigned with certificates, which OpenSSL makes: Fulcio's with a log, and another authority's.
@Tag("system")
class FulcioTest {
    private static final String ISSUER = "https://accounts.example.com";
    private static final String OTHER_ISSUER = "https://evil.example.com";
    private static final String EMAIL = "signer@example.com";
    private static final Instant NOW = Instant.parse("2026-05-06T07:08:09Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Instant SIGNED = NOW.minus(DAY);
    private static final Instant BEFORE = SIGNED.minusSeconds(300);
    private static final Instant AFTER = SIGNED.plusSeconds(300);
    private static final String USAGES = """
            keyUsage = critical,digitalSignature
            extendedKeyUsage = codeSigning
            """;
    private static final String NAMES = "subjectAltName = critical,email:" + EMAIL + "\n";
    private static final String SIGNER = USAGES + NAMES + OpensslAuthority.issuer(ISSUER);

    @TempDir
    static Path authorityFolder;

    private static OpensslAuthority root;
    private static OpensslAuthority below;
    private static SigstoreSigner log;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeAuthorities() throws Exception {
        log = SigstoreSigner.elliptic("secp256r1");
        root = OpensslAuthority.root(authorityFolder, "root", NOW.minus(DAY.multipliedBy(9)), NOW.plus(DAY));
        below = root.intermediate(
                "below",
                OpensslAuthority.AUTHORITY + "extendedKeyUsage = codeSigning\n",
                NOW.minus(DAY.multipliedBy(8)),
                NOW.plus(DAY));
    }

    @Test
    void aShortLivedCertificateIsAcceptedForTheTimeWhenTheLogSawTheSignature() throws Exception {
        below.issue("good", SIGNER, BEFORE, AFTER);
        fulcio(root).checkSigstore(logged("good", SIGNED));
    }

    @Test
    void theIssuerOfIdentitiesMayStandInTheNewExtensionOrInBoth() throws Exception {
        below.issue("new", USAGES + NAMES + OpensslAuthority.issuerV2(ISSUER), BEFORE, AFTER);
        fulcio(root).checkSigstore(logged("new", SIGNED));
        below.issue("both", SIGNER + OpensslAuthority.issuerV2(ISSUER), BEFORE, AFTER);
        fulcio(root).checkSigstore(logged("both", SIGNED));
    }

    @Test
    void anotherIssuerOfIdentitiesIsRefusedInEachExtension() throws Exception {
        var extensions = new String[] {
            USAGES + NAMES,
            USAGES + NAMES + OpensslAuthority.issuer(OTHER_ISSUER),
            USAGES + NAMES + OpensslAuthority.issuerV2(OTHER_ISSUER),
            SIGNER + OpensslAuthority.issuerV2(OTHER_ISSUER),
            USAGES + NAMES + OpensslAuthority.issuer(OTHER_ISSUER) + OpensslAuthority.issuerV2(ISSUER),
        };
        for (var i = 0; i < extensions.length; i++) {
            below.issue("issuer" + i, extensions[i], BEFORE, AFTER);
            assertRefused("its certificate's identity is not of", fulcio(root), logged("issuer" + i, SIGNED));
        }
    }

    @Test
    void anotherEmailAddressIsRefused() throws Exception {
        below.issue("email", SIGNER.replace(EMAIL, "other@example.com"), BEFORE, AFTER);
        assertRefused("is not for the email address", fulcio(root), logged("email", SIGNED));
        below.issue("uri", SIGNER.replace("email:" + EMAIL, "URI:https://" + EMAIL), BEFORE, AFTER);
        assertRefused("is not for the email address", fulcio(root), logged("uri", SIGNED));
    }

    @Test
    void aCertificateThatWasNotValidThenIsRefused() throws Exception {
        below.issue("times", SIGNER, BEFORE, AFTER);
        assertRefused("valid at", fulcio(root), logged("times", AFTER.plusSeconds(1)));
        assertRefused("valid at", fulcio(root), logged("times", BEFORE.minusSeconds(1)));
    }

    @Test
    void aRootThatHadExpiredThenIsRefused() throws Exception {
        var old = OpensslAuthority.root(
                authorityFolder, "old", NOW.minus(DAY.multipliedBy(9)), NOW.minus(DAY.multipliedBy(3)));
        old.issue("late", SIGNER, BEFORE, AFTER);
        assertRefused("valid at", fulcio(old), loggedWithout("late", SIGNED));
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() throws Exception {
        var other = OpensslAuthority.root(authorityFolder, "other", NOW.minus(DAY.multipliedBy(9)), NOW.plus(DAY));
        other.issue("foreign", SIGNER, BEFORE, AFTER);
        assertRefused("not one of the trusted authority's", fulcio(root), loggedWithout("foreign", SIGNED));
        // That the signature brings the other authority along helps nothing.
        var chained = chained(loggedWithout("foreign", SIGNED), other.certificate());
        assertRefused("not one of the trusted authority's", fulcio(root), chained);
    }

    @Test
    void withoutTheAuthorityBetweenThereIsNoChain() throws Exception {
        below.issue("gap", SIGNER, BEFORE, AFTER);
        assertRefused("not one of the trusted authority's", fulcio(root), loggedWithout("gap", SIGNED));
        fulcio(below).checkSigstore(loggedWithout("gap", SIGNED));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            extendedKeyUsage = codeSigning | extendedKeyUsage = serverAuth                    | not for signing code
            extendedKeyUsage = codeSigning | extendedKeyUsage = clientAuth,emailProtection    | not for signing code
            critical,digitalSignature      | critical,digitalSignature,keyCertSign            | an authority's, not a signer's
            """)
    void aCertificateForSomethingElseIsRefused(String part, String other, String message) throws Exception {
        var extensions = SIGNER.replace(part, other)
                + (message.startsWith("an authority") ? "basicConstraints = critical,CA:true\n" : "");
        below.issue("usage", extensions, BEFORE, AFTER);
        assertRefused(message, fulcio(root), logged("usage", SIGNED));
    }

    @Test
    void anAuthorityThatIsForOtherUsagesBindsThoseBelowIt() throws Exception {
        var mail = root.intermediate(
                "mail",
                OpensslAuthority.AUTHORITY + "extendedKeyUsage = emailProtection\n",
                NOW.minus(DAY.multipliedBy(8)),
                NOW.plus(DAY));
        mail.issue("bound", SIGNER, BEFORE, AFTER);
        var signature = chained(loggedWithout("bound", SIGNED), mail.certificate());
        assertRefused("not for signing code", fulcio(root), signature);
    }

    @Test
    void anUnknownCriticalExtensionIsRefused() throws Exception {
        below.issue("critical", SIGNER + "1.2.3.4 = critical,ASN1:NULL\n", BEFORE, AFTER);
        assertRefused("not one of the trusted authority's", fulcio(root), logged("critical", SIGNED));
    }

    @Test
    void aPromiseForAnotherCertificateIsRefused() throws Exception {
        below.issue("mine", SIGNER, BEFORE, AFTER);
        below.issue("theirs", SIGNER, BEFORE, AFTER);
        var swapped = SigstoreSigner.with(
                logged("mine", SIGNED),
                SigstoreSignature.CERTIFICATE,
                new String(below.certificate("theirs"), StandardCharsets.US_ASCII));
        assertRefused("the log's entry is of another key", fulcio(root), swapped);
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        below.issue("less", SIGNER, BEFORE, AFTER);
        var signature = below.sign("less", SigstoreSigner.claim());
        assertRefused("lacks the annotation dev.sigstore.cosign/bundle", fulcio(root), signature);
        var bare = new SigstoreSignature(signature.payload(), Map.of());
        assertRefused("lacks the annotation", fulcio(root), bare);
    }

    @Test
    void anotherAuthoritysCertificateHasToBeValidNow() throws Exception {
        below.issue("pki", USAGES + "subjectAltName = DNS:*.build.example.com\n", BEFORE, NOW.plus(DAY));
        var signature = chained(below.sign("pki", SigstoreSigner.claim()), below.certificate());
        pki("\"subjectHostname\":\"a.build.example.com\"", NOW).checkSigstore(signature);
        assertRefused("is not for the host", pki("\"subjectHostname\":\"a.b.build.example.com\"", NOW), signature);
        assertRefused("is not for the email address", pki("\"subjectEmail\":\"" + EMAIL + "\"", NOW), signature);
        assertRefused(
                "valid at",
                pki("\"subjectHostname\":\"a.build.example.com\"", NOW.plus(DAY.multipliedBy(2))),
                signature);
    }

    private Policies fulcio(OpensslAuthority authority) throws Exception {
        var requirement = """
                {"type":"sigstoreSigned","fulcio":{"caData":"%s","oidcIssuer":"%s","subjectEmail":"%s"},
                 "rekorPublicKeyDatas":["%s","%s"]}
                """.formatted(
                        Policies.inline(authority.certificate()),
                        ISSUER,
                        EMAIL,
                        Policies.inline(SigstoreSigner.elliptic("secp256r1").publicPem()),
                        Policies.inline(log.publicPem()));
        return Policies.requiring(folder, requirement, NOW);
    }

    private Policies pki(String subject, Instant now) throws Exception {
        var requirement = "{\"type\":\"sigstoreSigned\",\"pki\":{\"caRootsData\":\""
                + Policies.inline(root.certificate()) + "\"," + subject + "}}";
        return Policies.requiring(folder, requirement, now);
    }

    private static SigstoreSignature logged(String subject, Instant at) throws Exception {
        return chained(loggedWithout(subject, at), below.certificate());
    }

    private static SigstoreSignature loggedWithout(String subject, Instant at) throws Exception {
        return log.log(below.sign(subject, SigstoreSigner.claim()), below.certificate(subject), at);
    }

    private static SigstoreSignature chained(SigstoreSignature signature, byte[] certificate) throws Exception {
        var chain = new String(certificate, StandardCharsets.US_ASCII)
                + new String(root.certificate(), StandardCharsets.US_ASCII);
        return SigstoreSigner.with(signature, SigstoreSignature.CHAIN, chain);
    }

    private static void assertRefused(String message, Policies policy, SigstoreSignature signature) {
        var e = assertThrows(SignatureRefusedException.class, () -> policy.checkSigstore(signature));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }
}
