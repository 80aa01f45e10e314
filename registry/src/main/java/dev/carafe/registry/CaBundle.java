package dev.carafe.registry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;

/// The certificates of a PEM file (RFC 7468), parsed when they are asked for: a system's file has more than a hundred,
/// and
/// a connection needs one or two of them. Immutable.
final class CaBundle {
    private static final int LARGEST_BYTES = 16 << 20;
    private static final int SEQUENCE = 0x30;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN (?:X509 )?CERTIFICATE-----([^-]*)-----END (?:X509 )?CERTIFICATE-----");

    private final Path file;
    private final List<byte[]> encoded;

    private CaBundle(Path file, List<byte[]> encoded) {
        this.file = file;
        this.encoded = encoded;
    }

    /// @throws IOException also when a block can't be a certificate, or there is none
    static CaBundle read(Path file) throws IOException {
        var encoded = new ArrayList<byte[]>();
        var text = new String(CertificateFolder.bytes(file, LARGEST_BYTES), StandardCharsets.ISO_8859_1);
        for (var block : BLOCK.matcher(text).results().toList()) {
            encoded.add(decode(file, block.group(1)));
        }
        if (encoded.isEmpty()) {
            throw new IOException(file + ": no certificate in it");
        }
        return new CaBundle(file, List.copyOf(encoded));
    }

    private static byte[] decode(Path file, String base64) throws IOException {
        try {
            var bytes = Base64.getMimeDecoder().decode(base64);
            if (bytes.length > 0 && bytes[0] == SEQUENCE) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        throw new IOException(file + ": a block in it is no certificate");
    }

    List<Certificate> all() throws CertificateException {
        return parse(encoded);
    }

    /// All whose subject is one of these names as it is encoded there, and perhaps others.
    List<Certificate> naming(Collection<X500Principal> names) throws CertificateException {
        var needles = names.stream().map(X500Principal::getEncoded).toList();
        return parse(encoded.stream()
                .filter(certificate -> needles.stream().anyMatch(needle -> contains(certificate, needle)))
                .toList());
    }

    private static boolean contains(byte[] bytes, byte[] part) {
        for (var at = 0; at <= bytes.length - part.length; at++) {
            if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }

    private List<Certificate> parse(List<byte[]> some) throws CertificateException {
        var factory = CertificateFactory.getInstance("X.509");
        var certificates = new ArrayList<Certificate>();
        for (var bytes : some) {
            try {
                certificates.add(factory.generateCertificate(new ByteArrayInputStream(bytes)));
            } catch (CertificateException e) {
                throw new CertificateException(file + ": " + e.getMessage(), e);
            }
        }
        return certificates;
    }
}
