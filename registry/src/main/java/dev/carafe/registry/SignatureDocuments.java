package dev.carafe.registry;

import dev.carafe.oci.Manifest;
import dev.carafe.oci.MediaTypes;
import dev.carafe.registry.RegistryConfig.Retries;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/// Documents that speak for an image: manifests of what is attached to it, and signatures that a server keeps.
/// They may be missing, and nobody believes them before their signatures are verified.
final class SignatureDocuments {
    private static final String ACCEPTED = MediaTypes.OCI_MANIFEST + ", " + MediaTypes.DOCKER_MANIFEST;

    private SignatureDocuments() {}

    /// The manifest under a tag as it came; empty where the repository has no such tag.
    static Optional<byte[]> manifest(Repository repository, String tag) throws IOException, InterruptedException {
        var subject = "manifest of " + repository.name() + ":" + tag;
        var question =
                new Repository.Question(subject, "/manifests/" + tag, Map.of("accept", ACCEPTED), Content.BELIEVED);
        try {
            return Optional.of(repository.ask(question, answer -> read(subject, answer, Manifest.MAX_BYTES)));
        } catch (ImageNotFoundException e) {
            return Optional.empty();
        }
    }

    /// What a server has at the URL; empty where it has nothing.
    static Optional<byte[]> at(String url, int maxBytes, Http http, Retries retries)
            throws IOException, InterruptedException {
        var retry = new Retry(retries);
        while (true) {
            try {
                return attempt(url, maxBytes, http);
            } catch (RegistryUnavailableException e) {
                if (!retry.pause(e)) {
                    throw e.after(retry.attempts());
                }
            }
        }
    }

    private static Optional<byte[]> attempt(String url, int maxBytes, Http http)
            throws IOException, InterruptedException {
        var subject = "signature " + Shown.of(url);
        try (var answer = http.send(request(url))) {
            return switch (answer.status()) {
                case 200 -> Optional.of(read(subject, answer, maxBytes));
                case 404, 410 -> {
                    answer.discard();
                    yield Optional.empty();
                }
                default -> throw Refusal.of(subject, answer, Credentials.none());
            };
        } catch (TransportException e) {
            throw e.about(subject);
        } catch (IllegalArgumentException e) {
            throw new RegistryProtocolException(subject + ": " + e.getMessage());
        }
    }

    /// Whatever registries.conf says of insecure registries, it is not about such servers.
    private static Request request(String url) {
        var parsed = HttpUrl.parse(url);
        return Request.get(new Site(parsed.origin().authority(), false), parsed, Map.of(), Content.CHECKED);
    }

    private static byte[] read(String subject, Answer answer, int maxBytes)
            throws TransportException, RegistryProtocolException, InterruptedException {
        try (answer) {
            var bytes = answer.readDocument(maxBytes);
            if (bytes.length > maxBytes) {
                throw new RegistryProtocolException(subject + ": it is larger than " + maxBytes + " bytes");
            }
            return bytes;
        }
    }
}
