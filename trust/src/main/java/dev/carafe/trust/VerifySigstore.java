package dev.carafe.trust;

import dev.carafe.trust.SigstoreRoot.Fulcio;
import dev.carafe.trust.SigstoreRoot.Keys;
import dev.carafe.trust.SigstoreRoot.Pki;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Finds the keys that a sigstore signature may be by, for one root of trust, and checks it with them. The
/// root's files are read once.
final class VerifySigstore {
    private final SigstoreRoot root;
    private final List<SigningKey> keys;
    private final List<SigningKey> logs;
    private final List<X509Certificate> authorities;
    private final List<X509Certificate> intermediates;

    VerifySigstore(SigstoreRoot root) throws PolicyException {
        this.root = root;
        switch (root) {
            case Keys(var material, var rekor) -> {
                keys = keys(material);
                logs = logs(rekor);
                authorities = List.of();
                intermediates = List.of();
            }
            case Fulcio(var material, var _, var _, var rekor) -> {
                keys = List.of();
                logs = logs(rekor);
                authorities = certificates(material);
                intermediates = List.of();
            }
            case Pki(var roots, var material, var _, var _) -> {
                keys = List.of();
                logs = List.of();
                authorities = certificates(roots);
                intermediates = certificates(material);
            }
        }
    }

    private static List<SigningKey> keys(KeyMaterial material) throws PolicyException {
        return parsed(material, bytes -> List.of(SigningKey.parse(bytes)));
    }

    private static List<SigningKey> logs(KeyMaterial material) throws PolicyException {
        var logs = keys(material);
        if (!logs.stream().allMatch(SigningKey::isElliptic)) {
            throw new PolicyException("a Rekor public key has to be one of ECDSA");
        }
        return logs;
    }

    private static List<X509Certificate> certificates(KeyMaterial material) throws PolicyException {
        return parsed(material, CodeSigner::parseAll);
    }

    /// What one file or text holds.
    private interface Parser<T> {
        List<T> parse(byte[] bytes) throws BadFormException;
    }

    private static <T> List<T> parsed(KeyMaterial material, Parser<T> parser) throws PolicyException {
        var all = new ArrayList<T>();
        for (var content : material.read()) {
            try {
                all.addAll(parser.parse(content.bytes()));
            } catch (BadFormException e) {
                throw new PolicyException(content.name() + ": " + e.getMessage(), e);
            }
        }
        return all;
    }

    /// What is signed, once it is known by whom.
    SignedClaim verify(SigstoreSignature signature, Instant now) throws UnacceptableSignature {
        var content = signature.signature();
        var trusted = switch (root) {
            case Keys _ -> logs.isEmpty() ? keys : List.of(logged(signature));
            case Fulcio fulcio -> List.of(ofFulcio(fulcio, signature));
            case Pki pki -> List.of(ofAuthority(pki, signature, now));
        };
        if (trusted.stream().noneMatch(key -> key.hasSigned(signature.payload(), content))) {
            throw new UnacceptableSignature("it is not by a key that the policy trusts, or what it signs was changed");
        }
        return SignedClaim.parse(signature.payload(), SignedClaim.SIGSTORE);
    }

    private SigningKey logged(SigstoreSignature signature) throws UnacceptableSignature {
        UnacceptableSignature why = null;
        for (var key : keys) {
            try {
                checkLogged(signature, key.key().getEncoded());
                return key;
            } catch (UnacceptableSignature e) {
                why = e;
            }
        }
        throw why == null ? new UnacceptableSignature("the policy has no key") : why;
    }

    /// When the log took it.
    private Instant checkLogged(SigstoreSignature signature, byte[] signerDer) throws UnacceptableSignature {
        try {
            var entry = RekorEntry.parse(
                    signature.required(SigstoreSignature.BUNDLE).getBytes(StandardCharsets.UTF_8));
            if (!entry.isPromisedBy(logs)) {
                throw new UnacceptableSignature("its log entry is not signed by a trusted log");
            }
            entry.checkIsOf(signerDer, signature.signature(), signature.payload());
            return entry.integrated();
        } catch (BadFormException e) {
            throw new UnacceptableSignature("its log entry is not accepted: " + e.getMessage(), e);
        }
    }

    private SigningKey ofFulcio(Fulcio fulcio, SigstoreSignature signature) throws UnacceptableSignature {
        var pem = certificatePem(signature);
        var at = checkLogged(signature, pem.der());
        var signer = signer(pem);
        signer.checkChain(authorities, chain(signature), at);
        signer.checkOidcIssuer(fulcio.oidcIssuer());
        signer.checkEmail(fulcio.subjectEmail());
        return key(signer);
    }

    private SigningKey ofAuthority(Pki pki, SigstoreSignature signature, Instant now) throws UnacceptableSignature {
        var signer = signer(certificatePem(signature));
        var helping = new ArrayList<>(intermediates);
        helping.addAll(chain(signature));
        signer.checkChain(authorities, helping, now);
        if (!pki.subjectEmail().isEmpty()) {
            signer.checkEmail(pki.subjectEmail());
        }
        if (!pki.subjectHostname().isEmpty()) {
            signer.checkHost(pki.subjectHostname());
        }
        return key(signer);
    }

    private static Pem certificatePem(SigstoreSignature signature) throws UnacceptableSignature {
        try {
            return Pem.only(signature.required(SigstoreSignature.CERTIFICATE).getBytes(StandardCharsets.ISO_8859_1));
        } catch (BadFormException e) {
            throw new UnacceptableSignature("its certificate is not accepted: " + e.getMessage(), e);
        }
    }

    private static CodeSigner signer(Pem pem) throws UnacceptableSignature {
        try {
            return new CodeSigner(CodeSigner.parse(pem));
        } catch (BadFormException e) {
            throw new UnacceptableSignature("its certificate is not accepted: " + e.getMessage(), e);
        }
    }

    private static List<X509Certificate> chain(SigstoreSignature signature) throws UnacceptableSignature {
        var chain = signature.annotations().getOrDefault(SigstoreSignature.CHAIN, "");
        try {
            return CodeSigner.parseAll(chain.getBytes(StandardCharsets.ISO_8859_1));
        } catch (BadFormException e) {
            throw new UnacceptableSignature("its chain of certificates is not accepted: " + e.getMessage(), e);
        }
    }

    private static SigningKey key(CodeSigner signer) throws UnacceptableSignature {
        try {
            return new SigningKey(signer.certificate().getPublicKey());
        } catch (IllegalArgumentException e) {
            throw new UnacceptableSignature("its certificate's key is not accepted: " + e.getMessage(), e);
        }
    }
}
