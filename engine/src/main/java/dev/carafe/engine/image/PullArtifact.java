package dev.carafe.engine.image;

import dev.carafe.engine.Phase;
import dev.carafe.oci.Platform;
import dev.carafe.oci.Reference;
import dev.carafe.registry.Keyring;
import dev.carafe.registry.Registry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Fetches a small artifact's content under an image's conditions: the policy's word, the manifest, the signatures
/// that the policy asks for, the content. Nothing of it is stored. Safe for all threads.
public final class PullArtifact {
    private final Registry registry;
    private final ImageTrust trust;

    public PullArtifact(Registry registry, ImageTrust trust) {
        this.registry = registry;
        this.trust = trust;
    }

    /// The first blob of the first that can be had of what the name may mean.
    ///
    /// @param meanings at least one, in order
    byte[] pull(List<Reference> meanings, Path policy, Keyring credentials, int maximumBytes)
            throws IOException, InterruptedException {
        return FirstPulled.of(meanings, reference -> pull(reference, policy, credentials, maximumBytes));
    }

    private byte[] pull(Reference reference, Path policy, Keyring credentials, int maximumBytes)
            throws IOException, InterruptedException {
        var rule = trust.rule(policy, reference);
        var found =
                Phase.of("resolve manifest", () -> registry.resolveArtifact(reference, Platform.host(), credentials));
        var _ = Phase.of("signatures", () -> trust.check(rule, found.place(), credentials));
        var artifact = found.artifact();
        if (artifact.isImage()) {
            throw new IOException(reference + " is an image and no artifact");
        }
        if (artifact.blobs().isEmpty()) {
            throw new IOException(reference + " is an artifact without content");
        }
        var blob = artifact.blobs().getFirst();
        if (blob.size() > maximumBytes) {
            throw new IOException(reference + " is an artifact of " + blob.size() + " bytes, more than the "
                    + maximumBytes + " allowed");
        }
        return Phase.of("artifact", () -> registry.readBlob(reference, blob, credentials));
    }
}
