package dev.carafe.registry;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// The JDK's checks of certificates (PKIX, RFC 5280) against given ones.
final class TrustStores {
    private TrustStores() {}

    static KeyStore empty() throws GeneralSecurityException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException(e.getMessage(), e);
        }
        return store;
    }

    /// Trusts these alone.
    static X509ExtendedTrustManager trusting(List<Certificate> certificates) throws GeneralSecurityException {
        var store = empty();
        for (var certificate : certificates) {
            store.setCertificateEntry(Integer.toString(store.size()), certificate);
        }
        return manager(store);
    }

    /// Trusts what the JDK brings along, and more.
    static X509ExtendedTrustManager trustingTheJdks(List<Certificate> more) throws GeneralSecurityException {
        var jdks = manager(null);
        if (more.isEmpty()) {
            return jdks;
        }
        var all = new ArrayList<Certificate>(Arrays.asList(jdks.getAcceptedIssuers()));
        all.addAll(more);
        return trusting(all);
    }

    private static X509ExtendedTrustManager manager(@Nullable KeyStore store) throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (var manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager checks) {
                return checks;
            }
        }
        throw new GeneralSecurityException("this JVM has no check of X.509 certificates");
    }
}
