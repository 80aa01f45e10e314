package dev.carafe.engine.image;

import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.oci.Digest;
import dev.carafe.oci.Reference;
import dev.carafe.registry.Keyring;
import dev.carafe.registry.Registry;
import dev.carafe.registry.RegistryRules;
import dev.carafe.storage.StoredImage;
import dev.carafe.trust.Attachments;
import dev.carafe.trust.ImageIdentity;
import dev.carafe.trust.PolicyException;
import dev.carafe.trust.Rule;
import dev.carafe.trust.SignaturePlaces;
import dev.carafe.trust.Signatures;
import dev.carafe.trust.SigstoreSignature;
import dev.carafe.trust.Trust;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Whether the policy lets an image be pulled and used. A pull asks before it fetches anything and again before
/// it stores anything; a container whose namespace has a policy of its own asks once more, since the image may
/// have come under another one. Safe for all threads.
public final class ImageTrust {
    private final Trust trust;
    private final Registry registry;
    private final RegistryRules names;
    private final KeptSignatures kept;

    public ImageTrust(Trust trust, Registry registry, RegistryRules names, KeptSignatures kept) {
        this.trust = trust;
        this.registry = registry;
        this.names = names;
        this.kept = kept;
    }

    /// The policy's file that decides for a namespace.
    Path policy(String namespace) throws PolicyException {
        return trust.policyFile(namespace);
    }

    /// What is required of the image; an error already where the policy allows none under that name.
    Rule rule(Path policy, Reference reference) throws IOException {
        var rule = trust.rule(policy, ImageIdentity.of(reference));
        rule.refuseRejected();
        return rule;
    }

    /// Fetches the signatures that the rule needs and checks them.
    ///
    /// @return what of it is to be kept with the image
    Evidence check(Rule rule, Registry.Place resolved, Keyring credentials) throws IOException, InterruptedException {
        if (!rule.needsSignatures()) {
            return Evidence.NONE;
        }
        // In this order: what runs here is most often signed itself.
        var manifests = new LinkedHashSet<>(List.of(resolved.manifestDigest()));
        manifests.add(resolved.digest());
        var places = trust.places(ImageIdentity.of(resolved.reference()));
        var signatures = new Signatures(
                rule.needsSimpleSignatures() ? simple(places, resolved.reference(), manifests) : List.of(),
                rule.needsSigstoreSignatures() && places.areAttached()
                        ? sigstore(resolved.reference(), manifests, credentials)
                        : List.of(),
                places);
        rule.check(manifests, signatures);
        return new Evidence(manifests, signatures.simple(), signatures.sigstore());
    }

    /// Signatures of an image, and the manifests that they may be for.
    record Evidence(Set<Digest> manifests, List<byte[]> simple, List<SigstoreSignature> sigstore) {
        static final Evidence NONE = new Evidence(Set.of(), List.of(), List.of());

        Evidence {
            manifests = Set.copyOf(manifests);
            simple = List.copyOf(simple);
            sigstore = List.copyOf(sigstore);
        }

        boolean isEmpty() {
            return simple.isEmpty() && sigstore.isEmpty();
        }

        long sizeBytes() {
            var bytes = simple.stream().mapToLong(s -> s.length).sum();
            for (var signature : sigstore) {
                bytes += signature.payload().length;
                for (var annotation : signature.annotations().entrySet()) {
                    bytes +=
                            annotation.getKey().length() + annotation.getValue().length();
                }
            }
            return bytes;
        }
    }

    private List<byte[]> simple(SignaturePlaces places, Reference reference, Set<Digest> manifests)
            throws IOException, InterruptedException {
        var found = new ArrayList<byte[]>();
        for (var manifest : manifests) {
            for (var number = 1; number <= SignaturePlaces.MOST_SIGNATURES; number++) {
                var signature = places.isFile()
                        ? places.read(reference, manifest, number)
                        : registry.readSignature(
                                places.signature(reference, manifest, number), SignaturePlaces.MAX_SIGNATURE_BYTES);
                if (signature.isEmpty()) {
                    break;
                }
                found.add(signature.get());
            }
        }
        return found;
    }

    private List<SigstoreSignature> sigstore(Reference reference, Set<Digest> manifests, Keyring credentials)
            throws IOException, InterruptedException {
        var found = new ArrayList<SigstoreSignature>();
        for (var manifest : manifests) {
            var attachments = registry.readAttachments(reference, Attachments.tag(manifest), credentials);
            if (attachments.isPresent()) {
                for (var payload : Attachments.signatures(attachments.get())) {
                    found.add(new SigstoreSignature(
                            registry.readBlob(reference, payload, credentials), payload.annotations()));
                }
            }
        }
        return found;
    }

    void forget(StoredImage image) throws IOException {
        kept.remove(image.id());
    }

    /// For a container: where its namespace has a policy of its own, that has to allow the image too. Nothing
    /// is fetched: what speaks for the image was kept when it was pulled.
    void checkUse(String namespace, ImageSpec spec, StoredImage image) throws IOException {
        var policy = trust.namespacePolicy(namespace);
        if (policy.isEmpty()) {
            return;
        }
        var identity = ImageIdentity.of(name(spec, image));
        var rule = trust.rule(policy.get(), identity);
        rule.refuseRejected();
        if (!rule.needsSignatures()) {
            return;
        }
        var evidence = kept.get(image.id());
        if (evidence.isEmpty()) {
            throw rule.refusedWithoutEvidence();
        }
        var found = evidence.get();
        rule.check(found.manifests(), new Signatures(found.simple(), found.sigstore(), trust.places(identity)));
    }

    /// The name that the pod's author wrote: policies and signatures are about names, an id has none.
    private Reference name(ImageSpec spec, StoredImage image) throws IOException {
        var text = spec.getUserSpecifiedImage().isEmpty() ? spec.getImage() : spec.getUserSpecifiedImage();
        try {
            var reference = meaning(text, image);
            var named = reference.name() + "@" + reference.digest();
            if (reference.digest().isEmpty() || image.repoDigests().contains(named)) {
                return reference;
            }
            throw new IOException("image " + ImageViews.id(image) + " is not " + reference
                    + ", so the namespace's policy can't be asked about it");
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "the namespace's policy is about images' names, and the container names its image only as " + text,
                    e);
        }
    }

    /// Of what a short name may mean, the one that the image has come as.
    private Reference meaning(String text, StoredImage image) {
        var meanings = names.meanings(text);
        return meanings.size() == 1
                ? meanings.getFirst()
                : meanings.stream()
                        .filter(meaning -> image.repoDigests().stream()
                                .anyMatch(digest -> digest.startsWith(meaning.name() + "@")))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("none of " + meanings + " is this image"));
    }
}
