package dev.carafe.trust;

import dev.carafe.oci.Digest;
import dev.carafe.oci.Reference;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/// A policy of one requirement in a file, and images held against it.
record Policies(Path file, Instant now) {
    static final Digest MANIFEST = Digest.sha256(new byte[] {1, 2, 3});
    static final Reference IMAGE = Reference.parse("registry.example.com/team/app:1");

    private static final SignaturePlaces PLACES =
            new SignaturePlaces(URI.create("https://signatures.example.com"), true);

    static Policies requiring(Path folder, String requirement, Instant now) throws IOException {
        var file = folder.resolve("policy.json");
        Files.writeString(
                file,
                "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"docker\":{" + "\"registry.example.com\":["
                        + requirement + "]}}}");
        return new Policies(file, now);
    }

    static String inline(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    void checkSimple(byte[]... signatures) throws IOException {
        check(IMAGE, new Signatures(List.of(signatures), List.of(), PLACES));
    }

    void checkSigstore(SigstoreSignature... signatures) throws IOException {
        check(IMAGE, new Signatures(List.of(), List.of(signatures), PLACES));
    }

    void check(Reference image, Signatures signatures) throws IOException {
        var trust = new Trust(new TrustConfig(List.of(file), file.resolveSibling("namespaces"), List.of()), () -> now);
        var rule = trust.rule(trust.policyFile(""), ImageIdentity.of(image));
        rule.refuseRejected();
        rule.check(Set.of(MANIFEST), signatures);
    }

    static Signatures simple(byte[]... signatures) {
        return new Signatures(List.of(signatures), List.of(), PLACES);
    }
}
