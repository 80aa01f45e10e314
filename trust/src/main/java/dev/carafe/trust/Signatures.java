package dev.carafe.trust;

import java.util.List;

/// The signatures that were found for an image, all unverified.
///
/// @param simple OpenPGP messages; not to be changed
/// @param sigstore what cosign has attached
/// @param places where they were looked for, for messages
public record Signatures(List<byte[]> simple, List<SigstoreSignature> sigstore, SignaturePlaces places) {
    public Signatures {
        simple = List.copyOf(simple);
        sigstore = List.copyOf(sigstore);
    }

    String withoutSimple() {
        return "the image has no signature in " + places.lookaside();
    }

    String withoutSigstore() {
        return places.areAttached()
                ? "the image has no sigstore signature attached"
                : "no sigstore signatures are looked for: registries.d says no use-sigstore-attachments for it";
    }
}
