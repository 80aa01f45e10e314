package dev.carafe.registry.auth;

import dev.carafe.oci.Reference;
import dev.carafe.registry.Credentials;

/// The credentials that come with a request.
///
/// @param server whom they are for; empty for the registry that the image's name names
public record RequestCredentials(Credentials credentials, String server) {
    public static RequestCredentials none() {
        return new RequestCredentials(Credentials.none(), "");
    }

    /// Whether they may be shown there: to the registry of the name, not to its mirrors.
    boolean areFor(Reference asked, Reference place) {
        return !credentials.equals(Credentials.none())
                && place.registry().equals(asked.registry())
                && (server.isEmpty() || Hosts.of(withoutPath(server)).equals(Hosts.of(asked.registry())));
    }

    private static String withoutPath(String server) {
        return server.contains("://") ? server : "https://" + server;
    }
}
