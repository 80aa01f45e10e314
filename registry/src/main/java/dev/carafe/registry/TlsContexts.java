package dev.carafe.registry;

import dev.carafe.registry.RegistryConfig.Trust;
import dev.carafe.registry.TransportException.Kind;
import dev.carafe.registry.conf.Stamps;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/// Whom TLS connections trust, and who we say we are. A registry's own certificates are read again when their files
/// have changed; the system's are read once.
final class TlsContexts {
    private static final int MOST_REMEMBERED = 64;
    private static final char[] IN_MEMORY = {};

    private final Trust trust;
    private final CertificateFolders folders;
    private final AtomicReference<@Nullable SslContext> trusting = new AtomicReference<>();
    private final AtomicReference<@Nullable SslContext> checking = new AtomicReference<>();
    private final Recent<Own, SslContext> own = new Recent<>(MOST_REMEMBERED);

    TlsContexts(Trust trust) {
        this.trust = trust;
        this.folders = new CertificateFolders(trust.certificateFolders());
    }

    /// A registry's own certificates, and how they are used.
    private record Own(Path folder, Stamps stamps, boolean lenient) {}

    /// With a name check; without any check on a lenient route.
    SslContext of(Route route) throws TransportException {
        try {
            var folder = folders.of(route.origin());
            return folder.isPresent() ? own(folder.get(), route.lenient()) : common(route.lenient());
        } catch (IOException | GeneralSecurityException e) {
            throw new TransportException(
                    Kind.UNTRUSTED, route + ": its certificates can't be read: " + e.getMessage(), e);
        }
    }

    private SslContext common(boolean lenient) throws IOException, GeneralSecurityException {
        var holder = lenient ? trusting : checking;
        var known = holder.get();
        if (known != null) {
            return known;
        }
        var built = build(CertificateFolder.empty(), lenient);
        holder.set(built);
        return built;
    }

    private SslContext own(Path folder, boolean lenient) throws IOException, GeneralSecurityException {
        var key = new Own(folder, CertificateFolder.stamps(folder), lenient);
        var known = own.get(key);
        if (known.isPresent()) {
            return known.get();
        }
        var built = build(CertificateFolder.read(folder), lenient);
        own.put(key, built);
        return built;
    }

    private SslContext build(CertificateFolder certificates, boolean lenient)
            throws IOException, GeneralSecurityException {
        var context = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
        if (!certificates.clients().isEmpty()) {
            context.keyManager(keys(certificates.clients()));
        }
        return lenient
                ? context.trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .endpointIdentificationAlgorithm(null)
                        .build()
                : context.trustManager(roots(certificates.trusted()))
                        .endpointIdentificationAlgorithm("HTTPS")
                        .build();
    }

    private static KeyManagerFactory keys(List<CertificateFolder.Client> clients)
            throws IOException, GeneralSecurityException {
        var store = TrustStores.empty();
        for (var client : clients) {
            store.setKeyEntry(
                    Integer.toString(store.size()),
                    client.key(),
                    IN_MEMORY,
                    client.chain().toArray(Certificate[]::new));
        }
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, IN_MEMORY);
        return factory;
    }

    /// @param more besides the system's
    private TrustManager roots(List<Certificate> more) throws IOException, GeneralSecurityException {
        var bundle = trust.caBundles().stream().filter(Files::isReadable).findFirst();
        return bundle.isPresent()
                ? new BundleTrust(CaBundle.read(bundle.get()), more)
                : TrustStores.trustingTheJdks(more);
    }
}
