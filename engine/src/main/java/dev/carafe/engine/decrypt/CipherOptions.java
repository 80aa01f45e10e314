package dev.carafe.engine.decrypt;

import static java.util.Objects.requireNonNullElse;

import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.ForeignJson;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Jsonb;
import java.util.Base64;
import java.util.Map;

/// What ocicrypt writes about a layer's cipher: a secret part, which is encrypted for the keys, and one for everybody.
/// Bytes are in base64.
///
/// @param symkey the layer's key
/// @param cipher its name
/// @param hmac of the encrypted layer
/// @param cipheroptions such as the nonce
@Json
record CipherOptions(String symkey, String cipher, String hmac, Map<String, String> cipheroptions) {
    private static final String CIPHER = "AES_256_CTR_HMAC_SHA256";
    private static final String NONCE = "nonce";
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 16;
    private static final int HMAC_BYTES = 32;

    CipherOptions {
        symkey = requireNonNullElse(symkey, "");
        cipher = requireNonNullElse(cipher, "");
        hmac = requireNonNullElse(hmac, "");
        cipheroptions = cipheroptions == null ? Map.of() : Map.copyOf(cipheroptions);
    }

    static CipherOptions parse(byte[] json) throws BadJsonException {
        return ForeignJson.read(json, Jsonb.instance().type(CipherOptions.class)::fromJson);
    }

    /// @param open the part for everybody, which comes first
    /// @throws BadMessageException when they don't make a layer's key
    LayerKey with(CipherOptions open) throws BadMessageException {
        if (!open.cipher.equals(CIPHER)) {
            throw new BadMessageException("its cipher is not " + CIPHER);
        }
        var nonce = open.cipheroptions.containsKey(NONCE) ? open.cipheroptions.get(NONCE) : cipheroptions.get(NONCE);
        return new LayerKey(
                bytes(symkey, KEY_BYTES, "key"),
                bytes(requireNonNullElse(nonce, ""), NONCE_BYTES, NONCE),
                bytes(open.hmac, HMAC_BYTES, "HMAC"));
    }

    private static byte[] bytes(String base64, int length, String what) throws BadMessageException {
        try {
            var bytes = Base64.getDecoder().decode(base64);
            if (bytes.length == length) {
                return bytes;
            }
            throw new BadMessageException("its " + what + " has " + bytes.length + " bytes and not " + length);
        } catch (IllegalArgumentException e) {
            throw new BadMessageException("its " + what + " is no base64", e);
        }
    }
}
