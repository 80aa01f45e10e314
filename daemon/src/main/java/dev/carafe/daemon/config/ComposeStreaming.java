package dev.carafe.daemon.config;

import dev.carafe.registry.PrivateKeys;
import dev.carafe.streaming.StreamingSettings;
import dev.carafe.streaming.TlsSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What \\[crio.api] says about streams.
final class ComposeStreaming {
    private static final List<String> FROM_1_2 = List.of("TLSv1.3", "TLSv1.2");
    private static final List<String> FROM_1_3 = List.of("TLSv1.3");

    /// Names that Go has for suites besides IANA's, which end in the hash.
    private static final List<String> WITHOUT_HASH =
            List.of("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305");

    private ComposeStreaming() {}

    static StreamingSettings of(Values values) {
        var idle = values.get(ApiKeys.STREAM_IDLE_TIMEOUT);
        return new StreamingSettings(
                values.get(ApiKeys.STREAM_ADDRESS),
                Integer.parseInt(values.get(ApiKeys.STREAM_PORT)),
                values.get(ApiKeys.STREAM_ENABLE_TLS) ? Optional.of(tls(values)) : Optional.empty(),
                GoDuration.parse(idle).orElse(Duration.ZERO));
    }

    private static TlsSettings tls(Values values) {
        var authorities = values.get(ApiKeys.STREAM_TLS_CA);
        return tls(
                values,
                new TlsSettings.Files(
                        Path.of(values.get(ApiKeys.STREAM_TLS_CERT)),
                        Path.of(values.get(ApiKeys.STREAM_TLS_KEY)),
                        authorities.isEmpty() ? Optional.empty() : Optional.of(Path.of(authorities))));
    }

    /// With the versions and suites that hold for all that is served.
    static TlsSettings tls(Values values, TlsSettings.Files files) {
        return new TlsSettings(
                files,
                values.get(ApiKeys.TLS_MIN_VERSION).equals("VersionTLS13") ? FROM_1_3 : FROM_1_2,
                values.get(ApiKeys.TLS_CIPHER_SUITES).stream()
                        .map(name -> WITHOUT_HASH.contains(name) ? name + "_SHA256" : name)
                        .toList(),
                PrivateKeys::parse);
    }
}
