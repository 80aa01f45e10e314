package dev.carafe.trust;

import java.util.Base64;
import java.util.Map;

/// A signature that cosign has attached to an image: what is signed, and the annotations with the signature and
/// what speaks for its key. Nothing of it is to be believed before it is verified.
///
/// @param payload a blob of the registry's; not to be changed
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SigstoreSignature(byte[] payload, Map<String, String> annotations) {
    static final String SIGNATURE = "dev.cosignproject.cosign/signature";
    static final String BUNDLE = "dev.sigstore.cosign/bundle";
    static final String CERTIFICATE = "dev.sigstore.cosign/certificate";
    static final String CHAIN = "dev.sigstore.cosign/chain";

    public SigstoreSignature {
        annotations = Map.copyOf(annotations);
    }

    /// @throws UnacceptableSignature when it has no such annotation
    String required(String annotation) throws UnacceptableSignature {
        var found = annotations.get(annotation);
        if (found == null) {
            throw new UnacceptableSignature("it lacks the annotation " + annotation);
        }
        return found;
    }

    byte[] signature() throws UnacceptableSignature {
        try {
            return Base64.getDecoder().decode(required(SIGNATURE));
        } catch (IllegalArgumentException e) {
            throw new UnacceptableSignature("its annotation " + SIGNATURE + " is not base64", e);
        }
    }
}
