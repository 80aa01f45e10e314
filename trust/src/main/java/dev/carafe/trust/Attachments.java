package dev.carafe.trust;

import dev.carafe.oci.Descriptor;
import dev.carafe.oci.Digest;
import dev.carafe.oci.Platform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How cosign attaches signatures to an image: as layers of a manifest in the same repository, under a tag made
/// of the image's digest.
public final class Attachments {
    /// Of one payload; a claim has some hundred bytes.
    public static final int MAX_PAYLOAD_BYTES = 64 * 1024;

    /// Of one image.
    public static final int MOST_SIGNATURES = 128;

    private static final String SIGNATURE = "application/vnd.dev.cosign.simplesigning.v1+json";

    private Attachments() {}

    public static String tag(Digest manifest) {
        return manifest.algorithm() + "-" + manifest.hex() + ".sig";
    }

    /// The payloads to fetch; each descriptor's annotations belong to the signature. Other attachments are left
    /// out.
    ///
    /// @param manifest as the registry sent it
    public static List<Descriptor> signatures(byte[] manifest) throws SignatureRefusedException {
        try {
            var signatures = new ArrayList<Descriptor>();
            for (var layer : Place.root(manifest).required("layers").items()) {
                if (layer.required("mediaType").text().equals(SIGNATURE)) {
                    signatures.add(descriptor(layer));
                }
            }
            if (signatures.size() > MOST_SIGNATURES) {
                throw new SignatureRefusedException("the image has " + signatures.size() + " signatures attached, more"
                        + " than the " + MOST_SIGNATURES + " that are looked at");
            }
            return signatures;
        } catch (BadFormException e) {
            throw new SignatureRefusedException("the manifest of the image's signatures is wrong: " + e.getMessage());
        }
    }

    private static Descriptor descriptor(Place layer) throws BadFormException {
        var size = layer.required("size");
        if (size.whole() > MAX_PAYLOAD_BYTES) {
            throw size.wrong("a signature's payload has at most " + MAX_PAYLOAD_BYTES + " bytes");
        }
        var digest = layer.required("digest");
        try {
            return new Descriptor(
                    SIGNATURE,
                    Digest.parse(digest.text()),
                    size.whole(),
                    annotations(layer),
                    new Platform("", "", ""),
                    List.of());
        } catch (IllegalArgumentException e) {
            throw digest.wrong(String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, String> annotations(Place layer) throws BadFormException {
        var annotations = new LinkedHashMap<String, String>();
        var found = layer.optional("annotations");
        if (found.isPresent()) {
            for (var annotation : found.get().entries().entrySet()) {
                annotations.put(annotation.getKey(), annotation.getValue().text());
            }
        }
        return annotations;
    }
}
