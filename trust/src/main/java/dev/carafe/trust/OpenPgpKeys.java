package dev.carafe.trust;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;
import org.bouncycastle.openpgp.api.OpenPGPCertificate.OpenPGPComponentKey;
import org.bouncycastle.openpgp.api.OpenPGPDefaultPolicy;
import org.bouncycastle.openpgp.api.OpenPGPKeyReader;
import org.bouncycastle.openpgp.api.OpenPGPPolicy;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPImplementation;

/// The OpenPGP certificates (RFC 9580) that a policy trusts, with what their owners say of them: which of their
/// keys sign, until when, and what is revoked. Bouncy Castle checks the signatures by which they say it.
final class OpenPgpKeys {
    private static final int MOST_CERTIFICATES = 1024;
    private static final int OLDEST_VERSION = 4;

    /// Between the signer's clock and ours.
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private static final Pattern ARMOR = Pattern.compile(
            "-----BEGIN PGP PUBLIC KEY BLOCK-----.*?-----END PGP PUBLIC KEY BLOCK-----", Pattern.DOTALL);
    private static final OpenPGPPolicy ALGORITHMS = new OpenPGPDefaultPolicy();

    private final List<OpenPGPCertificate> certificates;

    private OpenPgpKeys(List<OpenPGPCertificate> certificates) {
        this.certificates = List.copyOf(certificates);
    }

    /// Binary keyrings or armored blocks, any number in one file.
    static OpenPgpKeys read(KeyMaterial material) throws PolicyException {
        var certificates = new ArrayList<OpenPGPCertificate>();
        for (var content : material.read()) {
            var found = certificates(content);
            if (found.isEmpty()) {
                throw new PolicyException(content.name() + " holds no OpenPGP public key");
            }
            certificates.addAll(found);
            if (certificates.size() > MOST_CERTIFICATES) {
                throw new PolicyException(content.name() + " holds more than " + MOST_CERTIFICATES + " keys");
            }
        }
        return new OpenPgpKeys(certificates);
    }

    private static List<OpenPGPCertificate> certificates(KeyMaterial.Content content) throws PolicyException {
        var text = new String(content.bytes(), StandardCharsets.ISO_8859_1);
        var blocks = ARMOR.matcher(text)
                .results()
                .map(block -> block.group().getBytes(StandardCharsets.ISO_8859_1))
                .toList();
        var reader = new OpenPGPKeyReader(new BcOpenPGPImplementation(), ALGORITHMS);
        var certificates = new ArrayList<OpenPGPCertificate>();
        try {
            for (var block : blocks.isEmpty() ? List.of(content.bytes()) : blocks) {
                certificates.addAll(reader.parseCertificates(new ByteArrayInputStream(block)));
            }
        } catch (IOException | RuntimeException e) {
            // The library answers some malformed packets with runtime exceptions.
            throw new PolicyException(content.name() + " is not an OpenPGP keyring: " + e.getMessage(), e);
        }
        return certificates;
    }

    /// Checks that the signature of the content is by a key that may sign: at the signature's time, and still
    /// now.
    void verify(PGPSignature signature, byte[] content, Instant now) throws UnacceptableSignature {
        var key = signer(signature);
        var name = "key " + Long.toHexString(key.getPGPPublicKey().getKeyID());
        checkForm(signature, now);
        checkKey(key, name, signature.getCreationTime().toInstant(), now);
        try {
            signature.init(new BcOpenPGPImplementation().pgpContentVerifierBuilderProvider(), key.getPGPPublicKey());
            signature.update(content);
            if (!signature.verify()) {
                throw new UnacceptableSignature("it is not what " + name + " has signed");
            }
        } catch (PGPException e) {
            throw new UnacceptableSignature("it can't be checked with " + name + ": " + e.getMessage(), e);
        }
    }

    private OpenPGPComponentKey signer(PGPSignature signature) throws UnacceptableSignature {
        Optional<OpenPGPComponentKey> key = certificates.stream()
                .map(certificate -> Optional.ofNullable(certificate.getSigningKeyFor(signature)))
                .flatMap(Optional::stream)
                .findFirst();
        return key.orElseThrow(() -> new UnacceptableSignature("it is by key " + Long.toHexString(signature.getKeyID())
                + ", which the policy does not trust or which may not sign"));
    }

    private static void checkForm(PGPSignature signature, Instant now) throws UnacceptableSignature {
        if (signature.getVersion() < OLDEST_VERSION || signature.getSignatureType() != PGPSignature.BINARY_DOCUMENT) {
            throw new UnacceptableSignature("it is of a kind that is not accepted: version " + signature.getVersion()
                    + ", type " + signature.getSignatureType());
        }
        if (!ALGORITHMS.isAcceptableSignature(signature)
                || !ALGORITHMS.hasAcceptableDocumentSignatureHashAlgorithm(signature)) {
            throw new UnacceptableSignature("it uses a hash or an extension that is not accepted");
        }
        var made = signature.getCreationTime().toInstant();
        if (made.isAfter(now.plus(CLOCK_SKEW))) {
            throw new UnacceptableSignature("it is of the future: " + made);
        }
        var lifetime = signature.getHashedSubPackets().getSignatureExpirationTime();
        var end = made.plusSeconds(lifetime);
        if (lifetime != 0 && !now.isBefore(end)) {
            throw new UnacceptableSignature("it has expired on " + end);
        }
    }

    private static void checkKey(OpenPGPComponentKey key, String name, Instant then, Instant now)
            throws UnacceptableSignature {
        if (isRevoked(key)) {
            throw new UnacceptableSignature(name + " is revoked");
        }
        if (!ALGORITHMS.isAcceptableVerificationKey(key.getPGPPublicKey())) {
            throw new UnacceptableSignature(name + " is too weak");
        }
        for (var at : List.of(then, now)) {
            if (!key.isSigningKey(Date.from(at))) {
                throw new UnacceptableSignature(name + " may not sign at " + at);
            }
            // The library counts an expired primary key as one that signs.
            if (hasExpired(key, at) || hasExpired(key.getCertificate().getPrimaryKey(), at)) {
                throw new UnacceptableSignature(name + " has expired at " + at);
            }
        }
    }

    private static boolean hasExpired(OpenPGPComponentKey key, Instant at) {
        var end = Optional.ofNullable(key.getKeyExpirationDateAt(Date.from(at)));
        return end.filter(date -> !at.isBefore(date.toInstant())).isPresent();
    }

    /// Any revocation counts, whoever made it: the keyring is the operator's, nobody else could have put it
    /// there.
    private static boolean isRevoked(OpenPGPComponentKey key) {
        return key.getPGPPublicKey().hasRevocation()
                || key.getCertificate().getPrimaryKey().getPGPPublicKey().hasRevocation();
    }
}
