package dev.carafe.registry;

import dev.carafe.registry.TransportException.Kind;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// Whom TLS connections trust. Built with the first connection that needs it: reading the system's certificates
/// costs more than the rest of a small pull.
final class TlsContexts {
    private final RegistryConfig config;
    private final AtomicReference<@Nullable SslContext> trusting = new AtomicReference<>();
    private final AtomicReference<@Nullable SslContext> checking = new AtomicReference<>();

    TlsContexts(RegistryConfig config) {
        this.config = config;
    }

    /// With a name check; without any check for the registries that the configuration calls insecure.
    SslContext of(Origin origin) throws TransportException {
        var insecure = isInsecure(config.insecureRegistries(), origin);
        var holder = insecure ? trusting : checking;
        var known = holder.get();
        if (known != null) {
            return known;
        }
        try {
            var built = insecure ? trustingAll() : checkingAgainst(roots());
            holder.set(built);
            return built;
        } catch (IOException | GeneralSecurityException e) {
            throw new TransportException(
                    Kind.UNTRUSTED, origin + ": the trusted certificates can't be read: " + e.getMessage(), e);
        }
    }

    static boolean isInsecure(Set<String> insecureRegistries, Origin origin) {
        return insecureRegistries.contains(origin.authority())
                || insecureRegistries.contains(origin.host() + ":" + origin.port());
    }

    private static SslContext trustingAll() throws IOException {
        return SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm(null)
                .build();
    }

    private static SslContext checkingAgainst(TrustManagerFactory roots) throws IOException {
        return SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .trustManager(roots)
                .endpointIdentificationAlgorithm("HTTPS")
                .build();
    }

    private TrustManagerFactory roots() throws IOException, GeneralSecurityException {
        var bundle = config.caBundles().stream().filter(Files::isReadable).findFirst();
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        if (bundle.isEmpty()) {
            factory.init((KeyStore) null); // the JDK's own
        } else {
            factory.init(certificates(bundle.get()));
        }
        return factory;
    }

    private static KeyStore certificates(Path bundle) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var pem = new BufferedInputStream(Files.newInputStream(bundle))) {
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry(Integer.toString(store.size()), certificate);
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(bundle + ": " + e.getMessage(), e);
        }
        return store;
    }
}
