package dev.carafe.registry;

import dev.carafe.oci.Artifact;
import dev.carafe.oci.Descriptor;
import dev.carafe.oci.Digest;
import dev.carafe.oci.ImageConfig;
import dev.carafe.oci.Manifest;
import dev.carafe.oci.Platform;
import dev.carafe.oci.Reference;
import dev.carafe.registry.RegistryConfig.Retries;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// All registries. Calls block the calling thread, virtual or not, and end when it is interrupted; what may
/// pass (no connection, a broken one, HTTP 408, 429 and 5xx) is tried again within the bounds of the
/// configuration. Failures are a [RegistryException], or [dev.carafe.oci.InvalidImageException] for what is no
/// image that can run here. Keeps nothing on disk. Safe for all threads.
public final class Registry implements AutoCloseable {
    private static final int MOST_REMEMBERED = 256;

    private final Http http;
    private final Endpoints endpoints;
    private final Authorizer authorizer;
    private final Retries retries;
    private final RegistryRules rules;

    /// Which place answered for a manifest: its blobs are likeliest there.
    private final Recent<Reference, Reference> places = new Recent<>(MOST_REMEMBERED);

    /// @param rules which registries and mirrors stand behind a name
    public Registry(RegistryConfig config, RegistryRules rules) {
        this(config, rules, () -> Instant.EPOCH.plusNanos(System.nanoTime()));
    }

    /// @param steady a clock that nobody sets: for how long tokens are good, and registries are shunned
    Registry(RegistryConfig config, RegistryRules rules, InstantSource steady) {
        this.rules = rules;
        http = new Http(config, rules);
        endpoints = new Endpoints(http, rules, steady);
        authorizer = new Authorizer(new TokenService(http, endpoints), steady);
        retries = config.retries();
    }

    /// The image's manifest for the platform. What the reference or an index names by digest has that digest
    /// and size; digests are computed from what came, never taken from a header.
    public Resolved resolve(Reference reference, Platform platform, Keyring keyring)
            throws IOException, InterruptedException {
        return resolve(reference, platform, keyring, _ -> Optional.empty());
    }

    /// The same, without asking for the manifests of an index that are known.
    public Resolved resolve(Reference reference, Platform platform, Keyring keyring, KnownManifests known)
            throws IOException, InterruptedException {
        var repository = repository(reference, keyring);
        var resolved = new ResolveImage(repository, reference, platform, known).resolve();
        places.put(reference, repository.place());
        return resolved;
    }

    /// Manifests that the caller has from before.
    public interface KnownManifests {
        /// What should have this digest; it is believed only if it has.
        Optional<byte[]> find(Digest digest);
    }

    /// As [#resolve], of what need not be an image.
    public ResolvedArtifact resolveArtifact(Reference reference, Platform platform, Keyring keyring)
            throws IOException, InterruptedException {
        var repository = repository(reference, keyring);
        var resolved = new ResolveImage(repository, reference, platform, _ -> Optional.empty()).resolveArtifact();
        places.put(reference, repository.place());
        return resolved;
    }

    /// What a reference stands for.
    public record ResolvedArtifact(Place place, Artifact artifact) {}

    /// Which manifest a reference stands for.
    ///
    /// @param digest of what the tag or digest named, a manifest or an index
    /// @param manifestDigest of this platform's manifest
    public record Place(Reference reference, Digest digest, Digest manifestDigest) {}

    /// What a reference stands for.
    ///
    /// @param manifestBytes as they came; not to be changed
    @SuppressWarnings("ArrayRecordComponent") // the bytes are the manifest again, as its digest has them
    public record Resolved(Place place, Manifest manifest, byte[] manifestBytes) {
        public Reference reference() {
            return place.reference;
        }

        public Digest digest() {
            return place.digest;
        }

        public Digest manifestDigest() {
            return place.manifestDigest;
        }
    }

    /// A small blob, an image's configuration, of the size and digest that the descriptor says.
    public byte[] readBlob(Reference reference, Descriptor descriptor, Keyring keyring)
            throws IOException, InterruptedException {
        var subject = "blob " + descriptor.digest() + " of " + reference.name();
        if (descriptor.size() > ImageConfig.MAX_BYTES) {
            throw new ContentMismatchException(subject + ": its manifest says " + descriptor.size()
                    + " bytes, more than the " + ImageConfig.MAX_BYTES + " allowed");
        }
        var question = new Repository.Question(subject, "/blobs/" + descriptor.digest(), Map.of(), Content.CHECKED);
        return nearest(reference, keyring).ask(question, answer -> {
            try (answer) {
                var bytes = answer.readDocument((int) descriptor.size());
                if (bytes.length != descriptor.size()) {
                    throw new ContentMismatchException(
                            subject + ": it has not the " + descriptor.size() + " bytes that its manifest says");
                }
                if (!descriptor.digest().isOf(bytes)) {
                    throw new ContentMismatchException(subject + ": its content has another digest");
                }
                return bytes;
            }
        });
    }

    /// A blob as it comes. Who reads to the end knows that size and digest are the descriptor's: where they are
    /// not, [ContentMismatchException] comes instead of the end. A connection that breaks is replaced by one
    /// that goes on there. What waits to be read is at most 2 MiB; then the registry waits. The stream is for
    /// one thread; closing it early drops the connection; an interrupt ends it with
    /// [java.io.InterruptedIOException].
    public InputStream openBlob(Reference reference, Descriptor descriptor, Keyring keyring)
            throws IOException, InterruptedException {
        return BlobStream.open(nearest(reference, keyring), descriptor, retries);
    }

    /// The manifest of what is attached to an image, under a tag in the image's repository, as it came; empty
    /// where nothing is. Mirrors are those of the image, whatever they are used for.
    public Optional<byte[]> readAttachments(Reference image, String tag, Keyring keyring)
            throws IOException, InterruptedException {
        return SignatureDocuments.manifest(nearest(image, keyring), tag);
    }

    /// A signature that a server keeps apart from the image; empty where it has none there.
    ///
    /// @param url of http or https
    public Optional<byte[]> readSignature(String url, int maxBytes) throws IOException, InterruptedException {
        return SignatureDocuments.at(url, maxBytes, http, retries);
    }

    private Repository repository(Reference reference, Keyring keyring) throws RegistryProtocolException {
        try {
            var client = new Replica.Client(keyring, endpoints, authorizer);
            return new Repository(reference, rules.sources(reference), client, retries);
        } catch (IllegalArgumentException e) {
            throw new RegistryProtocolException(String.valueOf(e.getMessage()), e);
        }
    }

    /// With the place first that the manifest came from.
    private Repository nearest(Reference reference, Keyring keyring) throws RegistryProtocolException {
        var repository = repository(reference, keyring);
        places.get(reference).ifPresent(repository::prefer);
        return repository;
    }

    /// Closes all connections; streams that are open fail.
    @Override
    public void close() {
        http.close();
    }
}
