package dev.carafe.streaming;

import java.time.Duration;
import java.util.Optional;

/// Where and how streams are served.
///
/// @param address an IP address or a name that stands for one of this host
/// @param port 0 means any that is free
/// @param tls empty: without
/// @param idleTimeout after which a connection on which nothing happens is closed; zero: never
public record StreamingSettings(String address, int port, Optional<TlsSettings> tls, Duration idleTimeout) {
    private static final int MAX_PORT = 65535;

    public StreamingSettings {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("no port: " + port);
        }
        if (idleTimeout.isNegative()) {
            throw new IllegalArgumentException("negative idle timeout");
        }
    }
}
