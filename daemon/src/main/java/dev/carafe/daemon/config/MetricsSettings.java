package dev.carafe.daemon.config;

import dev.carafe.streaming.TlsSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Where and which metrics are served.
///
/// @param port 0: any that is free
/// @param socket a unix socket besides
/// @param collectors as `metrics_collectors` names them
public record MetricsSettings(
        String host, int port, Optional<Path> socket, Optional<TlsSettings> tls, List<String> collectors) {
    public MetricsSettings {
        collectors = List.copyOf(collectors);
    }

    /// Empty when none are wanted.
    static Optional<MetricsSettings> of(Values values) {
        if (!values.get(MetricsKeys.ENABLE_METRICS)) {
            return Optional.empty();
        }
        var certificate = path(values.get(MetricsKeys.METRICS_CERT));
        var key = path(values.get(MetricsKeys.METRICS_KEY));
        return Optional.of(new MetricsSettings(
                values.get(MetricsKeys.METRICS_HOST),
                values.get(MetricsKeys.METRICS_PORT).intValue(),
                path(values.get(MetricsKeys.METRICS_SOCKET)),
                certificate.flatMap(cert -> key.map(
                        pem -> ComposeStreaming.tls(values, new TlsSettings.Files(cert, pem, Optional.empty())))),
                values.get(MetricsKeys.METRICS_COLLECTORS)));
    }

    private static Optional<Path> path(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text).normalize());
    }
}
