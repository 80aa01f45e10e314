package dev.carafe.trust;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// A certificate authority of OpenSSL's, which gives certificates with any extensions and times.
record OpensslAuthority(Path folder, String name) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    static final String AUTHORITY = """
            basicConstraints = critical,CA:true
            keyUsage = critical,keyCertSign
            """;

    static OpensslAuthority root(Path folder, String name, Instant from, Instant until)
            throws IOException, InterruptedException {
        var root = new OpensslAuthority(folder, name);
        root.makeKey(name);
        root.sign(name, name, AUTHORITY, from, until, "-selfsign");
        return root;
    }

    /// One below this.
    OpensslAuthority intermediate(String other, String extensions, Instant from, Instant until)
            throws IOException, InterruptedException {
        issue(other, extensions, from, until);
        return new OpensslAuthority(folder, other);
    }

    /// A certificate for a new key, both in files of that name.
    byte[] issue(String subject, String extensions, Instant from, Instant until)
            throws IOException, InterruptedException {
        makeKey(subject);
        sign(subject, subject, extensions, from, until);
        return certificate(subject);
    }

    private void makeKey(String subject) throws IOException, InterruptedException {
        Programs.run(
                "openssl",
                "genpkey",
                "-algorithm",
                "EC",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-out",
                file(subject, "key"));
        Programs.run(
                "openssl",
                "req",
                "-new",
                "-key",
                file(subject, "key"),
                "-subj",
                "/CN=" + subject,
                "-out",
                file(subject, "csr"));
    }

    private void sign(String subject, String file, String extensions, Instant from, Instant until, String... more)
            throws IOException, InterruptedException {
        Files.writeString(folder.resolve("index"), "");
        Files.writeString(folder.resolve("serial"), "0" + (1 + Math.abs(subject.hashCode() % 8)) + "\n");
        var config = Files.writeString(folder.resolve("ca.conf"), """
                [ca]
                default_ca = this
                [this]
                database = %1$s/index
                serial = %1$s/serial
                new_certs_dir = %1$s
                default_md = sha256
                policy = any
                unique_subject = no
                [any]
                commonName = optional
                [extensions]
                subjectKeyIdentifier = hash
                authorityKeyIdentifier = keyid
                %2$s
                """.formatted(folder, extensions));
        var command = new ArrayList<>(List.of(
                "openssl",
                "ca",
                "-batch",
                "-notext",
                "-config",
                config.toString(),
                "-extensions",
                "extensions",
                "-startdate",
                TIME.format(from),
                "-enddate",
                TIME.format(until),
                "-keyfile",
                file(name, "key"),
                "-in",
                file(subject, "csr"),
                "-out",
                file(file, "pem")));
        if (more.length == 0) {
            command.addAll(List.of("-cert", file(name, "pem")));
        } else {
            command.addAll(List.of(more));
        }
        Programs.run(command.toArray(String[]::new));
    }

    byte[] certificate() throws IOException {
        return certificate(name);
    }

    byte[] certificate(String subject) throws IOException {
        return Files.readAllBytes(Path.of(file(subject, "pem")));
    }

    SigstoreSignature sign(String subject, String claim) throws IOException, InterruptedException {
        var payload = claim.getBytes(StandardCharsets.UTF_8);
        Files.write(folder.resolve("payload"), payload);
        Programs.run(
                "openssl",
                "dgst",
                "-sha256",
                "-sign",
                file(subject, "key"),
                "-out",
                file("payload", "sig"),
                file("payload", ""));
        var signature = Files.readAllBytes(Path.of(file("payload", "sig")));
        var annotated =
                new SigstoreSignature(payload, Map.of(SigstoreSignature.SIGNATURE, SigstoreSigner.base64(signature)));
        return SigstoreSigner.with(
                annotated, SigstoreSignature.CERTIFICATE, new String(certificate(subject), StandardCharsets.US_ASCII));
    }

    private String file(String subject, String ending) {
        return folder.resolve(ending.isEmpty() ? subject : subject + "." + ending)
                .toString();
    }

    /// The extension in which Fulcio once wrote the issuer of identities: bare text.
    static String issuer(String url) {
        var hex = HexFormat.ofDelimiter(":").formatHex(url.getBytes(StandardCharsets.UTF_8));
        return "1.3.6.1.4.1.57264.1.1 = DER:" + hex + "\n";
    }

    /// And the one in which it writes it now.
    static String issuerV2(String url) {
        return "1.3.6.1.4.1.57264.1.8 = ASN1:UTF8String:" + url + "\n";
    }
}
