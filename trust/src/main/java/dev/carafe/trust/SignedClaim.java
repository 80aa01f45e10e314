package dev.carafe.trust;

import dev.carafe.oci.Digest;
import java.util.Set;

/// What a signature says: that a manifest is an image of that name (containers/image, signature-protocols;
/// cosign's simple signing).
record SignedClaim(Digest manifest, SignedName name) {
    static final String SIMPLE = "atomic container signature";
    static final String SIGSTORE = "cosign container image signature";

    private static final String NOT_A_CLAIM = "what it signs is not a claim about an image: ";

    /// @param type that the claim has to be of
    /// @throws UnacceptableSignature for what a reader could understand in another way
    static SignedClaim parse(byte[] json, String type) throws UnacceptableSignature {
        try {
            var claim = Place.root(json).onlyWith("critical", "optional");
            checkOptional(claim.required("optional"));
            var critical = claim.required("critical").onlyWith("type", "image", "identity");
            var found = critical.required("type");
            if (!found.text().equals(type)) {
                throw found.wrong(Quoted.of(type) + " is expected, not " + Quoted.of(found.text()));
            }
            var image = critical.required("image").onlyWith("docker-manifest-digest");
            var identity = critical.required("identity").onlyWith("docker-reference");
            return new SignedClaim(
                    Digest.parse(image.required("docker-manifest-digest").text()),
                    SignedName.parse(identity.required("docker-reference").text()));
        } catch (BadFormException | IllegalArgumentException e) {
            throw new UnacceptableSignature(NOT_A_CLAIM + e.getMessage(), e);
        }
    }

    /// What it means is the signer's business; cosign writes null where it has nothing to say.
    private static void checkOptional(Place optional) throws BadFormException {
        if (optional.isNothing()) {
            return;
        }
        optional.entries();
        var creator = optional.optional("creator");
        if (creator.isPresent()) {
            creator.get().text();
        }
        var timestamp = optional.optional("timestamp");
        if (timestamp.isPresent()) {
            timestamp.get().whole();
        }
    }

    /// @param manifests of the image: the one for this platform, and the one that was asked for
    void check(Set<Digest> manifests, ImageIdentity image, SignedIdentity accepted) throws UnacceptableSignature {
        if (!manifests.contains(manifest)) {
            throw new UnacceptableSignature("it is for another manifest, " + manifest);
        }
        if (!accepted.accepts(image.name(), name)) {
            throw new UnacceptableSignature("it is for the name " + name + ", which is not accepted for this image");
        }
    }
}
