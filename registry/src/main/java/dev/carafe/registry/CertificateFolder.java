package dev.carafe.registry;

import dev.carafe.registry.conf.Stamps;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;

/// A registry's own certificates: `*.crt` are trusted besides the system's; each `NAME.cert` with its `NAME.key`
/// tells the registry who asks.
///
/// @param trusted none when the system's are all
record CertificateFolder(List<Certificate> trusted, List<Client> clients) {
    private static final int MOST_FILES = 64;
    private static final int LARGEST_BYTES = 1 << 20;

    CertificateFolder {
        trusted = List.copyOf(trusted);
        clients = List.copyOf(clients);
    }

    static CertificateFolder empty() {
        return new CertificateFolder(List.of(), List.of());
    }

    /// A client's certificate, with those that vouch for it, and its key.
    record Client(List<Certificate> chain, PrivateKey key) {
        @Override
        public String toString() {
            return "client";
        }
    }

    static Stamps stamps(Path folder) throws IOException {
        return Stamps.of(files(folder));
    }

    /// @throws IOException says which file is missing or wrong
    static CertificateFolder read(Path folder) throws IOException {
        var trusted = new ArrayList<Certificate>();
        var clients = new ArrayList<Client>();
        for (var file : files(folder)) {
            var name = file.getFileName().toString();
            if (name.endsWith(".crt")) {
                trusted.addAll(certificates(file));
            } else if (name.endsWith(".cert")) {
                clients.add(client(file, beside(file, name, ".cert", ".key")));
            } else if (name.endsWith(".key")) {
                beside(file, name, ".key", ".cert");
            }
        }
        return new CertificateFolder(trusted, clients);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var stream = Files.newDirectoryStream(folder, "*.{crt,cert,key}")) {
            var files = new ArrayList<Path>();
            for (var file : stream) {
                if (files.size() == MOST_FILES) {
                    throw new IOException(folder + ": more than " + MOST_FILES + " certificates and keys");
                }
                files.add(file);
            }
            files.sort(null);
            return files;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static Path beside(Path file, String name, String ending, String other) throws IOException {
        var partner = file.resolveSibling(name.substring(0, name.length() - ending.length()) + other);
        if (Files.exists(partner)) {
            return partner;
        }
        throw new IOException(
                ending.equals(".cert")
                        ? file + ": its key " + partner.getFileName()
                                + " is missing; certificates to be trusted end in .crt"
                        : file + ": its certificate " + partner.getFileName() + " is missing");
    }

    private static Client client(Path certificate, Path key) throws IOException {
        var chain = certificates(certificate);
        try {
            return new Client(
                    chain, PrivateKeys.parse(new String(bytes(key, LARGEST_BYTES), StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(key + ": " + e.getMessage(), e);
        }
    }

    private static List<Certificate> certificates(Path file) throws IOException {
        try {
            var found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes(file, LARGEST_BYTES)));
            if (found.isEmpty()) {
                throw new IOException(file + ": no certificate in it");
            }
            return List.copyOf(found);
        } catch (GeneralSecurityException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /// @throws IOException also when there are more of them than `most`
    static byte[] bytes(Path file, int most) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new IOException(file + ": more than " + most + " bytes");
            }
            return bytes;
        }
    }
}
