package dev.carafe.streaming;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.List;
import java.util.Optional;

/// How the server proves who it is, and who its clients may be.
///
/// @param protocols the names of the versions that are spoken, as JSSE has them
/// @param ciphers the suites of TLS 1.2, by their IANA names; empty means the usual ones
/// @param keys reads private keys
public record TlsSettings(Files files, List<String> protocols, List<String> ciphers, KeyReader keys) {
    public TlsSettings {
        protocols = List.copyOf(protocols);
        ciphers = List.copyOf(ciphers);
    }

    /// All in PEM.
    ///
    /// @param certificate the server's, with those that certify it
    /// @param key the certificate's
    /// @param clientAuthorities a client needs a certificate of one of them. Empty: clients need none
    public record Files(Path certificate, Path key, Optional<Path> clientAuthorities) {}

    /// Reads a private key from the text of its file.
    @FunctionalInterface
    public interface KeyReader {
        /// @throws IllegalArgumentException says what is wrong with the text
        PrivateKey read(String pem) throws GeneralSecurityException;
    }
}
