package dev.carafe.registry;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/// Trusts what the JDK's own check finds trusted by a bundle's certificates and some more. It is asked with those of
/// the
/// bundle that the server's chain names; what they don't vouch for is checked against all, so the answer is always
/// that of the whole bundle. Safe for all threads.
final class BundleTrust extends X509ExtendedTrustManager {
    private static final int MOST_REMEMBERED = 16;

    private final CaBundle bundle;
    private final List<Certificate> more;
    private final Recent<List<Certificate>, X509ExtendedTrustManager> some = new Recent<>(MOST_REMEMBERED);
    private final AtomicReference<@Nullable X509ExtendedTrustManager> all = new AtomicReference<>();

    BundleTrust(CaBundle bundle, List<Certificate> more) {
        this.bundle = bundle;
        this.more = List.copyOf(more);
    }

    private interface Check {
        void by(X509ExtendedTrustManager trust) throws CertificateException;
    }

    private void check(X509Certificate[] chain, Check check) throws CertificateException {
        var named = new ArrayList<>(bundle.naming(names(chain)));
        named.addAll(more);
        if (!named.isEmpty()) {
            try {
                check.by(some(named));
                return;
            } catch (CertificateException notByThese) {
                // A name may be written in more ways than one, and the answer of all tells why.
            }
        }
        check.by(all());
    }

    private static Set<X500Principal> names(X509Certificate[] chain) {
        var names = new LinkedHashSet<X500Principal>();
        for (var certificate : chain) {
            names.add(certificate.getIssuerX500Principal());
            names.add(certificate.getSubjectX500Principal());
        }
        return names;
    }

    private X509ExtendedTrustManager some(List<Certificate> named) throws CertificateException {
        var known = some.get(named);
        if (known.isPresent()) {
            return known.get();
        }
        var built = trusting(named);
        some.put(named, built);
        return built;
    }

    private X509ExtendedTrustManager all() throws CertificateException {
        var known = all.get();
        if (known != null) {
            return known;
        }
        var certificates = new ArrayList<>(bundle.all());
        certificates.addAll(more);
        var built = trusting(certificates);
        all.set(built);
        return built;
    }

    private static X509ExtendedTrustManager trusting(List<Certificate> certificates) throws CertificateException {
        try {
            return TrustStores.trusting(certificates);
        } catch (GeneralSecurityException e) {
            throw new CertificateException(e.getMessage(), e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, trust -> trust.checkServerTrusted(chain, authType, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain, trust -> trust.checkServerTrusted(chain, authType, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain, trust -> trust.checkServerTrusted(chain, authType));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw noServer();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw noServer();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw noServer();
    }

    private static CertificateException noServer() {
        return new CertificateException("no client is trusted: this is for registries");
    }

    /// None: only servers tell whom they accept.
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
