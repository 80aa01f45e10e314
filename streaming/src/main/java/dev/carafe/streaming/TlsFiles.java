package dev.carafe.streaming;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The certificate, key and authorities as their files say now: they are looked at with each new connection, and read
/// again when one has changed. Files that can't be used change nothing, and the log says so once. Connections that are
/// open keep what they began with. Safe for all threads.
public final class TlsFiles {
    private static final System.Logger LOG = System.getLogger(TlsFiles.class.getName());

    private static final int MAX_FILE_BYTES = 1 << 20;

    /// Of TLS 1.3, which cipher lists do not choose among.
    private static final List<String> ALWAYS =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    private final String what;
    private final TlsSettings settings;
    private List<Stamp> stamps;
    private SslContext context;

    private TlsFiles(String what, TlsSettings settings, List<Stamp> stamps, SslContext context) {
        this.what = what;
        this.settings = settings;
        this.stamps = stamps;
        this.context = context;
    }

    /// @param what is served with them, for the log
    /// @throws IOException says which file can't be used
    public static TlsFiles open(String what, TlsSettings settings) throws IOException {
        return new TlsFiles(what, settings, stamps(settings), read(what, settings));
    }

    /// What tells that a file is no longer the one that was read.
    private record Stamp(@Nullable Object identity, long modified, long size) {
        static Stamp of(Path file) {
            try {
                var attributes = Files.readAttributes(file, BasicFileAttributes.class);
                return new Stamp(
                        attributes.fileKey(), attributes.lastModifiedTime().toMillis(), attributes.size());
            } catch (IOException gone) {
                return new Stamp(null, 0, 0);
            }
        }
    }

    /// What a new connection begins with.
    public synchronized SslContext current() {
        var now = stamps(settings);
        if (!now.equals(stamps)) {
            stamps = now;
            try {
                context = read(what, settings);
                LOG.log(System.Logger.Level.INFO, "{0} are served with the certificate that is now in its file", what);
            } catch (IOException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the changed files for TLS of {0} can't be used, the old ones stay: {1}",
                        what,
                        e.getMessage());
            }
        }
        return context;
    }

    private static List<Stamp> stamps(TlsSettings settings) {
        return Stream.concat(
                        Stream.of(
                                settings.files().certificate(), settings.files().key()),
                        settings.files().clientAuthorities().stream())
                .map(Stamp::of)
                .toList();
    }

    private static SslContext read(String what, TlsSettings settings) throws IOException {
        var certificates = certificates(settings.files().certificate());
        try {
            var key = settings.keys().read(text(settings.files().key()));
            var builder = SslContextBuilder.forServer(key, certificates)
                    .sslProvider(SslProvider.JDK)
                    .protocols(settings.protocols());
            if (!settings.ciphers().isEmpty()) {
                var suites = new ArrayList<>(settings.ciphers());
                suites.addAll(ALWAYS);
                requireKnown(suites);
                builder.ciphers(suites, SupportedCipherSuiteFilter.INSTANCE);
            }
            if (settings.files().clientAuthorities().isPresent()) {
                builder.trustManager(certificates(
                                settings.files().clientAuthorities().get()))
                        .clientAuth(ClientAuth.REQUIRE);
            }
            return builder.build();
        } catch (GeneralSecurityException | IllegalArgumentException | IOException e) {
            throw new IOException("TLS of " + what + " with " + settings.files().key() + ": " + e.getMessage(), e);
        }
    }

    private static void requireKnown(List<String> suites) throws GeneralSecurityException {
        var known = List.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());
        for (var suite : suites) {
            if (!known.contains(suite)) {
                throw new IllegalArgumentException("no cipher suite is called " + suite);
            }
        }
    }

    private static X509Certificate[] certificates(Path file) throws IOException {
        try {
            var read = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(text(file).getBytes(StandardCharsets.UTF_8)));
            if (read.isEmpty()) {
                throw new IOException("no certificate in " + file);
            }
            return read.toArray(X509Certificate[]::new);
        } catch (GeneralSecurityException e) {
            throw new IOException("no certificates in " + file + ": " + e.getMessage(), e);
        }
    }

    private static String text(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new IOException(file + " has more than " + MAX_FILE_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
