package dev.carafe.registry;

import dev.carafe.oci.Artifact;
import dev.carafe.oci.Descriptor;
import dev.carafe.oci.Digest;
import dev.carafe.oci.ImageIndex;
import dev.carafe.oci.InvalidImageException;
import dev.carafe.oci.Manifest;
import dev.carafe.oci.MediaTypes;
import dev.carafe.oci.Platform;
import dev.carafe.oci.Reference;
import java.io.IOException;
import java.util.Map;

/// From a tag or digest to the manifest for a platform, through as many indexes as the bound allows.
final class ResolveImage {
    /// An index in an index is all that is seen in the wild.
    private static final int DEEPEST_INDEX = 2;

    private final Repository repository;
    private final Reference reference;
    private final Platform platform;
    private final Registry.KnownManifests known;

    ResolveImage(Repository repository, Reference reference, Platform platform, Registry.KnownManifests known) {
        this.known = known;
        this.repository = repository;
        this.reference = reference;
        this.platform = platform;
    }

    Registry.Resolved resolve() throws IOException, InterruptedException {
        return named((place, bytes) -> new Registry.Resolved(place, Manifest.parse(bytes), bytes));
    }

    Registry.ResolvedArtifact resolveArtifact() throws IOException, InterruptedException {
        return named((place, bytes) -> new Registry.ResolvedArtifact(place, Artifact.parse(bytes)));
    }

    private interface Reading<T> {
        T of(Registry.Place place, byte[] manifest) throws InvalidImageException;
    }

    private <T> T named(Reading<T> reading) throws IOException, InterruptedException {
        try {
            var named = named();
            var document = named;
            for (var depth = 1; document.isIndex(); depth++) {
                if (depth > DEEPEST_INDEX) {
                    throw new InvalidImageException("indexes are nested deeper than " + DEEPEST_INDEX);
                }
                document = fetch(ImageIndex.parse(document.bytes()).choose(platform));
            }
            return reading.of(new Registry.Place(reference, named.digest(), document.digest()), document.bytes());
        } catch (InvalidImageException e) {
            throw new InvalidImageException(reference + ": " + e.getMessage(), e);
        }
    }

    private ManifestDocument named() throws IOException, InterruptedException {
        var subject = "manifest of " + reference;
        if (reference.digest().isEmpty()) {
            return fetch(subject, reference.tag(), Content.BELIEVED, Digest::sha256);
        }
        var digest = Digest.parse(reference.digest());
        return fetch(subject, reference.digest(), Content.CHECKED, bytes -> checked(subject, digest, bytes));
    }

    /// What an index names.
    private ManifestDocument fetch(Descriptor descriptor) throws IOException, InterruptedException {
        var subject = "manifest " + descriptor.digest() + " of " + reference;
        if (descriptor.size() > Manifest.MAX_BYTES) {
            throw tooLarge();
        }
        var kept = known.find(descriptor.digest()).filter(bytes -> isThat(descriptor, bytes));
        var document = kept.isPresent()
                ? ManifestDocument.of(kept.get(), descriptor.digest(), descriptor.mediaType())
                : fetch(subject, descriptor);
        if (document.isIndex() != MediaTypes.isIndex(descriptor.mediaType())) {
            throw new InvalidImageException("manifest " + descriptor.digest() + " is not the "
                    + Shown.of(descriptor.mediaType()) + " that its index says");
        }
        return document;
    }

    private static boolean isThat(Descriptor descriptor, byte[] bytes) {
        var digest = descriptor.digest();
        return bytes.length == descriptor.size() && digest.isOf(bytes);
    }

    private ManifestDocument fetch(String subject, Descriptor descriptor) throws IOException, InterruptedException {
        return fetch(subject, descriptor.digest().toString(), Content.CHECKED, bytes -> {
            if (bytes.length != descriptor.size()) {
                throw new ContentMismatchException(
                        subject + ": it has " + bytes.length + " bytes, its index says " + descriptor.size());
            }
            return checked(subject, descriptor.digest(), bytes);
        });
    }

    private interface Identity {
        Digest of(byte[] bytes) throws ContentMismatchException;
    }

    private ManifestDocument fetch(String subject, String tagOrDigest, Content content, Identity identity)
            throws IOException, InterruptedException {
        var question = new Repository.Question(
                subject,
                "/manifests/" + tagOrDigest,
                Map.of("accept", String.join(", ", MediaTypes.manifests())),
                content);
        return repository.ask(question, answer -> {
            try (answer) {
                var bytes = answer.readDocument(Manifest.MAX_BYTES);
                if (bytes.length > Manifest.MAX_BYTES) {
                    throw tooLarge();
                }
                return ManifestDocument.of(
                        bytes, identity.of(bytes), answer.header("content-type").orElse(""));
            }
        });
    }

    private static Digest checked(String subject, Digest expected, byte[] bytes) throws ContentMismatchException {
        if (!expected.isOf(bytes)) {
            throw new ContentMismatchException(subject + ": its content has another digest than " + expected);
        }
        return expected;
    }

    private static InvalidImageException tooLarge() {
        return new InvalidImageException("the manifest is larger than " + Manifest.MAX_BYTES + " bytes");
    }
}
