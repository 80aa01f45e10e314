package dev.carafe.registry;

import dev.carafe.oci.Descriptor;
import dev.carafe.oci.Digest;
import dev.carafe.oci.ImageConfig;
import dev.carafe.oci.Manifest;
import dev.carafe.oci.Platform;
import dev.carafe.oci.Reference;
import dev.carafe.registry.RegistryConfig.Retries;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// All registries. Calls block the calling thread, virtual or not, and end when it is interrupted; what may
/// pass (no connection, a broken one, HTTP 408, 429 and 5xx) is tried again within the bounds of the
/// configuration. Failures are a [RegistryException], or [dev.carafe.oci.InvalidImageException] for what is no
/// image that can run here. Keeps nothing on disk. Safe for all threads.
public final class Registry implements AutoCloseable {
    private final Http http;
    private final Endpoints endpoints;
    private final Authorizer authorizer;
    private final Retries retries;

    public Registry(RegistryConfig config) {
        this(config, Clock.systemUTC());
    }

    Registry(RegistryConfig config, InstantSource clock) {
        http = new Http(config);
        endpoints = new Endpoints(http, config);
        authorizer = new Authorizer(new TokenService(http, endpoints), clock);
        retries = config.retries();
    }

    /// The image's manifest for the platform. What the reference or an index names by digest has that digest
    /// and size; digests are computed from what came, never taken from a header.
    public Resolved resolve(Reference reference, Platform platform, Credentials credentials)
            throws IOException, InterruptedException {
        return new ResolveImage(repository(reference, credentials), reference, platform).resolve();
    }

    /// What a reference stands for.
    ///
    /// @param digest of what the tag or digest named, a manifest or an index
    /// @param manifestDigest of this platform's manifest
    /// @param manifestBytes as they came; not to be changed
    @SuppressWarnings("ArrayRecordComponent") // the bytes are the manifest again, as its digest has them
    public record Resolved(
            Reference reference, Digest digest, Digest manifestDigest, Manifest manifest, byte[] manifestBytes) {}

    /// A small blob, an image's configuration, of the size and digest that the descriptor says.
    public byte[] readBlob(Reference reference, Descriptor descriptor, Credentials credentials)
            throws IOException, InterruptedException {
        var subject = "blob " + descriptor.digest() + " of " + reference.name();
        if (descriptor.size() > ImageConfig.MAX_BYTES) {
            throw new ContentMismatchException(subject + ": its manifest says " + descriptor.size()
                    + " bytes, more than the " + ImageConfig.MAX_BYTES + " allowed");
        }
        var question = new Repository.Question(subject, "/blobs/" + descriptor.digest(), Map.of(), Redirects.ANYWHERE);
        return repository(reference, credentials).ask(question, answer -> {
            try (answer) {
                var bytes = answer.readDocument((int) descriptor.size());
                if (bytes.length != descriptor.size()) {
                    throw new ContentMismatchException(
                            subject + ": it has not the " + descriptor.size() + " bytes that its manifest says");
                }
                if (!descriptor.digest().matches(descriptor.digest().newHash().digest(bytes))) {
                    throw new ContentMismatchException(subject + ": its content has another digest");
                }
                return bytes;
            }
        });
    }

    /// A blob as it comes. Who reads to the end knows that size and digest are the descriptor's: where they are
    /// not, [ContentMismatchException] comes instead of the end. A connection that breaks is replaced by one
    /// that goes on there. What waits to be read is at most 1 MiB; then the registry waits. The stream is for
    /// one thread; closing it early drops the connection; an interrupt ends it with
    /// [java.io.InterruptedIOException].
    public InputStream openBlob(Reference reference, Descriptor descriptor, Credentials credentials)
            throws IOException, InterruptedException {
        return BlobStream.open(repository(reference, credentials), descriptor, retries);
    }

    /// The manifest of what is attached to an image, under its tag in the image's repository, as it came; empty
    /// where nothing is.
    public Optional<byte[]> readAttachments(Reference reference, Credentials credentials)
            throws IOException, InterruptedException {
        return SignatureDocuments.manifest(repository(reference, credentials), reference);
    }

    /// A signature that a server keeps apart from the image; empty where it has none there.
    ///
    /// @param url of http or https
    public Optional<byte[]> readSignature(String url, int maxBytes) throws IOException, InterruptedException {
        return SignatureDocuments.at(url, maxBytes, http, retries);
    }

    private Repository repository(Reference reference, Credentials credentials) {
        return new Repository(reference, credentials, endpoints, authorizer, retries);
    }

    /// Closes all connections; streams that are open fail.
    @Override
    public void close() {
        http.close();
    }
}
