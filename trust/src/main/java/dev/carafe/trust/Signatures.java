package dev.carafe.trust;

import java.util.List;

/// The signatures that were found for an image, all unverified.
///
/// @param simple OpenPGP messages; not to be changed
/// @param sigstore what cosign has attached
public record Signatures(List<byte[]> simple, List<SigstoreSignature> sigstore) {
    public static final Signatures NONE = new Signatures(List.of(), List.of());

    public Signatures {
        simple = List.copyOf(simple);
        sigstore = List.copyOf(sigstore);
    }
}
