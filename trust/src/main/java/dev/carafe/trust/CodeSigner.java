package dev.carafe.trust;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/// A certificate for signing code that an authority vouches for, and who it says its owner is.
record CodeSigner(X509Certificate certificate) {
    private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
    private static final String ANY_USAGE = "2.5.29.37.0";
    private static final int LONGEST_PATH = 5;

    /// Fulcio's: the OpenID issuer as bare text, and its successor as a DER string (fulcio, docs/oid-info.md).
    private static final String ISSUER = "1.3.6.1.4.1.57264.1.1";

    private static final String ISSUER_V2 = "1.3.6.1.4.1.57264.1.8";

    // RFC 5280, section 4.2.1.6.
    private static final int EMAIL = 1;
    private static final int HOST = 2;

    static X509Certificate parse(Pem pem) throws BadFormException {
        if (!pem.label().equals("CERTIFICATE")) {
            throw new BadFormException("a CERTIFICATE in PEM is expected, not a " + pem.label());
        }
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem.der()));
        } catch (CertificateException e) {
            throw new BadFormException("not a certificate: " + e.getMessage(), e);
        }
    }

    static List<X509Certificate> parseAll(byte[] pem) throws BadFormException {
        var certificates = new ArrayList<X509Certificate>();
        for (var block : Pem.blocks(pem)) {
            certificates.add(parse(block));
        }
        return certificates;
    }

    /// Checks the whole chain at one time.
    ///
    /// @param intermediates that may help; nobody believes them for themselves
    void checkChain(List<X509Certificate> roots, List<X509Certificate> intermediates, Instant at)
            throws UnacceptableSignature {
        if (certificate.getBasicConstraints() >= 0) {
            throw new UnacceptableSignature("its certificate is an authority's, not a signer's");
        }
        try {
            var path = path(roots, intermediates, Date.from(at));
            for (var link : path.getCertPath().getCertificates()) {
                checkUsage((X509Certificate) link, link.equals(certificate));
            }
            path.getTrustAnchor().getTrustedCert().checkValidity(Date.from(at));
        } catch (GeneralSecurityException e) {
            throw new UnacceptableSignature(
                    "its certificate is not one of the trusted authority's, valid at " + at + ": " + e.getMessage(), e);
        }
    }

    private PKIXCertPathBuilderResult path(List<X509Certificate> roots, List<X509Certificate> intermediates, Date at)
            throws GeneralSecurityException {
        var anchors = new HashSet<TrustAnchor>();
        roots.forEach(root -> anchors.add(new TrustAnchor(root, null)));
        var target = new X509CertSelector();
        target.setCertificate(certificate);
        var parameters = parameters(anchors, target);
        parameters.setRevocationEnabled(false); // short-lived, or removed from the policy
        parameters.setMaxPathLength(LONGEST_PATH);
        parameters.setDate(at);
        var known = new ArrayList<>(intermediates);
        known.add(certificate);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(known)));
        return (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
    }

    private static PKIXBuilderParameters parameters(HashSet<TrustAnchor> anchors, X509CertSelector target)
            throws InvalidAlgorithmParameterException {
        return new PKIXBuilderParameters(anchors, target);
    }

    /// An authority that names usages binds those below it.
    private static void checkUsage(X509Certificate link, boolean isSigner)
            throws CertificateException, UnacceptableSignature {
        var usages = link.getExtendedKeyUsage();
        var allowed = usages == null ? !isSigner : usages.contains(CODE_SIGNING) || usages.contains(ANY_USAGE);
        if (!allowed) {
            throw new UnacceptableSignature("its certificate is not for signing code");
        }
    }

    void checkEmail(String expected) throws UnacceptableSignature {
        if (!names(EMAIL).contains(expected)) {
            throw new UnacceptableSignature("its certificate is not for the email address " + Quoted.of(expected)
                    + " but for " + Quoted.of(String.join(", ", names(EMAIL))));
        }
    }

    /// Exactly, or by a `*` for the first label (RFC 9525, section 6.3).
    void checkHost(String expected) throws UnacceptableSignature {
        var host = expected.toLowerCase(Locale.ROOT);
        var dot = host.indexOf('.');
        var wildcard = dot < 0 ? host : "*" + host.substring(dot);
        if (names(HOST).stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .noneMatch(name -> name.equals(host) || name.equals(wildcard))) {
            throw new UnacceptableSignature("its certificate is not for the host " + Quoted.of(expected));
        }
    }

    private List<String> names(int kind) throws UnacceptableSignature {
        var names = new ArrayList<String>();
        try {
            var alternatives = certificate.getSubjectAlternativeNames();
            for (var name : alternatives == null ? List.<List<?>>of() : alternatives) {
                if (name.get(0).equals(kind) && name.get(1) instanceof String text) {
                    names.add(text);
                }
            }
        } catch (CertificateException e) {
            throw new UnacceptableSignature("its certificate's names can't be read: " + e.getMessage(), e);
        }
        return names;
    }

    void checkOidcIssuer(String expected) throws UnacceptableSignature {
        var found = new ArrayList<String>();
        try {
            var first = certificate.getExtensionValue(ISSUER);
            if (first != null) {
                found.add(Der.text(Der.OCTETS, first));
            }
            var second = certificate.getExtensionValue(ISSUER_V2);
            if (second != null) {
                found.add(Der.text(Der.UTF8, Der.content(Der.OCTETS, second)));
            }
        } catch (BadFormException e) {
            throw new UnacceptableSignature("its certificate's issuer of identities can't be read", e);
        }
        if (found.isEmpty() || !found.stream().allMatch(expected::equals)) {
            throw new UnacceptableSignature("its certificate's identity is not of " + Quoted.of(expected) + " but of "
                    + (found.isEmpty() ? "nobody" : Quoted.of(String.join(", ", found))));
        }
    }
}
