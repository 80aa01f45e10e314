package dev.carafe.trust;

import dev.carafe.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/// A log's promise that it has an entry (Rekor's signed entry timestamp), as cosign attaches it to a signature.
///
/// @param canonical what the log has signed: the entry in canonical JSON (RFC 8785)
/// @param promise the log's signature
/// @param body the entry's own document
/// @param integrated when the log took it
@SuppressWarnings("ArrayRecordComponent") // never compared
record RekorEntry(byte[] canonical, byte[] promise, byte[] body, Instant integrated) {
    private static final Pattern LOG_ID = Pattern.compile("[0-9a-f]{64}");
    /// Larger numbers have no exact form in canonical JSON.
    private static final long LARGEST_NUMBER = 1L << 53;

    static RekorEntry parse(byte[] json) throws BadFormException {
        var bundle = Place.root(json).onlyWith("SignedEntryTimestamp", "Payload");
        var payload = bundle.required("Payload").onlyWith("body", "integratedTime", "logIndex", "logID");
        var body = payload.required("body");
        var time = number(payload.required("integratedTime"));
        var index = number(payload.required("logIndex"));
        var log = payload.required("logID");
        if (!LOG_ID.matcher(log.text()).matches()) {
            throw log.wrong("64 hexadecimal digits are expected");
        }
        var decoded = base64(body);
        // Base64, hexadecimal digits and whole numbers are their own canonical form; the names are in its order.
        var canonical = "{\"body\":\"" + body.text() + "\",\"integratedTime\":" + time + ",\"logID\":\"" + log.text()
                + "\",\"logIndex\":" + index + "}";
        return new RekorEntry(
                canonical.getBytes(StandardCharsets.UTF_8),
                base64(bundle.required("SignedEntryTimestamp")),
                decoded,
                Instant.ofEpochSecond(time));
    }

    private static long number(Place place) throws BadFormException {
        var number = place.whole();
        if (number > LARGEST_NUMBER) {
            throw place.wrong("the number is too large");
        }
        return number;
    }

    private static byte[] base64(Place place) throws BadFormException {
        try {
            return Base64.getDecoder().decode(place.text());
        } catch (IllegalArgumentException e) {
            throw place.wrong("base64 is expected");
        }
    }

    boolean isPromisedBy(List<SigningKey> logs) {
        return logs.stream().anyMatch(log -> log.hasSigned(canonical, promise));
    }

    /// Whether the entry is of this signature, by this key or certificate, of this payload (Rekor's
    /// hashedrekord).
    ///
    /// @param signerDer the key or the certificate in DER
    void checkIsOf(byte[] signerDer, byte[] signature, byte[] payload) throws BadFormException {
        var entry = Place.root(body).onlyWith("apiVersion", "kind", "spec");
        expect(entry.required("kind"), "hashedrekord");
        expect(entry.required("apiVersion"), "0.0.1");
        var spec = entry.required("spec").onlyWith("data", "signature");
        var hash = spec.required("data").onlyWith("hash").required("hash").onlyWith("algorithm", "value");
        expect(hash.required("algorithm"), "sha256");
        expect(hash.required("value"), Digest.sha256(payload).hex());
        var signed = spec.required("signature").onlyWith("content", "publicKey");
        var content = signed.required("content");
        if (!Arrays.equals(base64(content), signature)) {
            throw content.wrong("the log's entry is of another signature");
        }
        var signer = signed.required("publicKey").onlyWith("content").required("content");
        if (!Arrays.equals(Pem.only(base64(signer)).der(), signerDer)) {
            throw signer.wrong("the log's entry is of another key");
        }
    }

    private static void expect(Place place, String text) throws BadFormException {
        if (!place.text().equals(text)) {
            throw place.wrong(Quoted.of(text) + " is expected, not " + Quoted.of(place.text()));
        }
    }
}
