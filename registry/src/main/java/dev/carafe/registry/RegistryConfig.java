package dev.carafe.registry;

import dev.carafe.registry.conf.RegistriesFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// How registries are reached.
///
/// @param registries what registries.conf says
/// @param credentials where credentials are, for requests that bring none
/// @param proxies which of them stand between
public record RegistryConfig(
        Registries registries,
        CredentialFiles credentials,
        Trust trust,
        Proxies proxies,
        Timeouts timeouts,
        Retries retries) {
    public static RegistryConfig defaults() {
        return new RegistryConfig(
                Registries.none(),
                CredentialFiles.none(),
                Trust.system(),
                Proxies.none(),
                new Timeouts(
                        Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofMinutes(2)),
                new Retries(4, Duration.ofMillis(250), Duration.ofSeconds(30)));
    }

    /// The files of registries.conf(5).
    ///
    /// @param read what they said when they were read last
    /// @param autoReload whether they are read again when they have changed
    public record Registries(RegistriesFiles files, RegistriesFiles.Read read, boolean autoReload) {
        public static Registries none() {
            return new Registries(RegistriesFiles.none(), RegistriesFiles.Read.nothing(), false);
        }
    }

    /// Files in the form of containers-auth.json(5).
    ///
    /// @param files the first with credentials for a registry counts; those that are missing hold none
    /// @param namespaceFolder where a credential provider puts a file for each pull of a namespace
    /// @param programFolders where programs docker-credential-X are looked for
    public record CredentialFiles(List<Path> files, Path namespaceFolder, List<Path> programFolders) {
        public CredentialFiles {
            files = List.copyOf(files);
            programFolders = List.copyOf(programFolders);
        }

        public static CredentialFiles none() {
            return new CredentialFiles(List.of(), Path.of("/dev/null"), List.of());
        }
    }

    /// Whose certificates are trusted.
    ///
    /// @param caBundles files of trusted certificates in PEM; the first that exists counts, without one the JDK's
    ///     own
    /// @param certificateFolders the folders certs.d; the first that has a registry's counts
    public record Trust(List<Path> caBundles, List<Path> certificateFolders) {
        /// Where the distributions keep the system's bundle: Debian, Fedora, SUSE, Alpine.
        private static final List<Path> SYSTEM_BUNDLES = List.of(
                Path.of("/etc/ssl/certs/ca-certificates.crt"),
                Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
                Path.of("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
                Path.of("/etc/ssl/ca-bundle.pem"),
                Path.of("/etc/ssl/cert.pem"));

        public Trust {
            caBundles = List.copyOf(caBundles);
            certificateFolders = List.copyOf(certificateFolders);
        }

        public static Trust system() {
            return new Trust(
                    SYSTEM_BUNDLES, List.of(Path.of("/etc/containers/certs.d"), Path.of("/etc/docker/certs.d")));
        }
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
        private static final Duration LONGEST_BEFORE_ANOTHER = Duration.ofSeconds(2);

        public Retries {
            if (attempts < 1 || firstPause.isNegative() || longestPause.isNegative()) {
                throw new IllegalArgumentException("retries can't be " + attempts + " attempts with pauses from "
                        + firstPause + " to " + longestPause);
            }
        }

        /// Where another place can be asked instead, nobody waits long for this one.
        Retries whereAnotherFollows() {
            return new Retries(
                    Math.min(attempts, 2),
                    firstPause,
                    longestPause.compareTo(LONGEST_BEFORE_ANOTHER) > 0 ? LONGEST_BEFORE_ANOTHER : longestPause);
        }
    }
}
