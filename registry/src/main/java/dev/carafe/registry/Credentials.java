package dev.carafe.registry;

import dev.carafe.oci.Reference;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/// What proves to a registry who asks. What is not given is empty.
///
/// @param identityToken a refresh token, for which the registry's token service gives bearer tokens
/// @param registryToken a bearer token for the registry itself
public record Credentials(String user, String password, String identityToken, String registryToken) implements Keyring {
    private static final Credentials NONE = new Credentials("", "", "", "");

    public static Credentials none() {
        return NONE;
    }

    /// These, for the registry that the image's name names. A mirror elsewhere is somebody else.
    @Override
    public Credentials credentials(Reference asked, Reference place) {
        return place.registry().equals(asked.registry()) ? this : NONE;
    }

    boolean hasUser() {
        return !user.isEmpty();
    }

    /// The value of an Authorization header (RFC 7617).
    String basic() {
        var pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    /// The text without the secrets that whoever wrote it may have been told.
    String hiddenIn(String text) {
        var hidden = text;
        for (var secret : List.of(password, identityToken, registryToken)) {
            hidden = secret.isEmpty() ? hidden : hidden.replace(secret, "***");
        }
        return hidden;
    }

    /// Never shows any of it.
    @Override
    public String toString() {
        return equals(NONE) ? "no credentials" : "credentials";
    }
}
