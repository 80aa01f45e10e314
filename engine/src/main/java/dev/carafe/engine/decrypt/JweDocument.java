package dev.carafe.engine.decrypt;

import static java.util.Objects.requireNonNullElse;

import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.ForeignJson;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Jsonb;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A message that is encrypted for one or more keys, in JSON (RFC 7516, section 7.2). The parts are in base64url.
///
/// @param protectedHeader in JSON, as it is authenticated
@Json
record JweDocument(
        @Json.Property("protected") String protectedHeader,
        String iv,
        String ciphertext,
        String tag,
        String aad,
        @Json.Property("encrypted_key") String encryptedKey,
        @Nullable Header header,
        List<Recipient> recipients) {
    JweDocument {
        protectedHeader = requireNonNullElse(protectedHeader, "");
        iv = requireNonNullElse(iv, "");
        ciphertext = requireNonNullElse(ciphertext, "");
        tag = requireNonNullElse(tag, "");
        aad = requireNonNullElse(aad, "");
        encryptedKey = requireNonNullElse(encryptedKey, "");
        recipients = recipients == null ? List.of() : List.copyOf(recipients);
    }

    static JweDocument parse(byte[] json) throws BadJsonException {
        return ForeignJson.read(json, Jsonb.instance().type(JweDocument.class)::fromJson);
    }

    /// What is authenticated beside the message.
    byte[] authenticated() {
        var text = aad.isEmpty() ? protectedHeader : protectedHeader + "." + aad;
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// The keys that it was encrypted for.
    List<Recipient> keys() {
        return recipients.isEmpty() ? List.of(new Recipient(header, encryptedKey)) : recipients;
    }

    @Json
    record Recipient(
            @Nullable Header header,
            @Json.Property("encrypted_key") String encryptedKey) {
        Recipient {
            encryptedKey = requireNonNullElse(encryptedKey, "");
        }
    }

    /// @param alg how the message's key is encrypted
    /// @param enc how the message is
    /// @param epk the sender's key of this message
    /// @param apu who the sender is, as `apv` the receiver
    /// @param zip how the message was compressed before
    /// @param crit what a reader must know beside
    @Json
    record Header(
            String alg, String enc, @Nullable PublicPoint epk, String apu, String apv, String zip, List<String> crit) {
        Header {
            alg = requireNonNullElse(alg, "");
            enc = requireNonNullElse(enc, "");
            apu = requireNonNullElse(apu, "");
            apv = requireNonNullElse(apv, "");
            zip = requireNonNullElse(zip, "");
            crit = crit == null ? List.of() : List.copyOf(crit);
        }

        static Header parse(byte[] json) throws BadJsonException {
            return ForeignJson.read(json, Jsonb.instance().type(Header.class)::fromJson);
        }

        /// What the other leaves out is this one's.
        Header with(@Nullable Header other) {
            if (other == null) {
                return this;
            }
            return new Header(
                    other.alg.isEmpty() ? alg : other.alg,
                    other.enc.isEmpty() ? enc : other.enc,
                    other.epk == null ? epk : other.epk,
                    other.apu.isEmpty() ? apu : other.apu,
                    other.apv.isEmpty() ? apv : other.apv,
                    other.zip.isEmpty() ? zip : other.zip,
                    other.crit.isEmpty() ? crit : other.crit);
        }
    }

    /// Of an elliptic curve (RFC 7518, section 6.2.1).
    @Json
    record PublicPoint(String kty, String crv, String x, String y) {
        PublicPoint {
            kty = requireNonNullElse(kty, "");
            crv = requireNonNullElse(crv, "");
            x = requireNonNullElse(x, "");
            y = requireNonNullElse(y, "");
        }
    }

    /// @throws IllegalArgumentException when it is no base64url
    static byte[] bytes(String base64Url) {
        return Base64.getUrlDecoder().decode(base64Url);
    }
}
