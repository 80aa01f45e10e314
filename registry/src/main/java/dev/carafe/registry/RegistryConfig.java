package dev.carafe.registry;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// How registries are reached.
///
/// @param insecureRegistries hosts, each with its port unless that is the scheme's own, whose certificate is not
///     checked and that are asked by plain HTTP when they speak no TLS
/// @param caBundles files of trusted certificates in PEM; the first that exists counts, without one the JDK's own
public record RegistryConfig(Set<String> insecureRegistries, List<Path> caBundles, Timeouts timeouts, Retries retries) {
    /// Where the distributions keep the system's bundle: Debian, Fedora, SUSE, Alpine.
    private static final List<Path> SYSTEM_BUNDLES = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"),
            Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
            Path.of("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
            Path.of("/etc/ssl/ca-bundle.pem"),
            Path.of("/etc/ssl/cert.pem"));

    public RegistryConfig {
        insecureRegistries = Set.copyOf(insecureRegistries);
        caBundles = List.copyOf(caBundles);
    }

    public static RegistryConfig defaults() {
        return new RegistryConfig(
                Set.of(),
                SYSTEM_BUNDLES,
                new Timeouts(
                        Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofMinutes(2)),
                new Retries(4, Duration.ofMillis(250), Duration.ofSeconds(30)));
    }

    /// How long each wait may last.
    ///
    /// @param connect for looking up the name, for connecting and for the TLS handshake, each
    /// @param response from the request until the answer's head
    /// @param stall for the next 64 KiB of a blob, or what is left of it; counts only while someone waits
    /// @param document for a whole manifest, image configuration, token or error
    public record Timeouts(Duration connect, Duration response, Duration stall, Duration document) {
        public Timeouts {
            for (var timeout : List.of(connect, response, stall, document)) {
                if (!timeout.isPositive()) {
                    throw new IllegalArgumentException("a timeout can't be " + timeout);
                }
            }
        }
    }

    /// What is done again after no connection, a broken one, HTTP 408, 429 and 5xx.
    ///
    /// @param attempts in all, the first included
    /// @param firstPause before the second attempt; doubles with each further one, and is shortened at random
    /// @param longestPause of one pause, also of one that a registry asks for by Retry-After
    public record Retries(int attempts, Duration firstPause, Duration longestPause) {
        public Retries {
            if (attempts < 1 || firstPause.isNegative() || longestPause.isNegative()) {
                throw new IllegalArgumentException("retries can't be " + attempts + " attempts with pauses from "
                        + firstPause + " to " + longestPause);
            }
        }
    }
}
