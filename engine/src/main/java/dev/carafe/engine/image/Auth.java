package dev.carafe.engine.image;

import dev.carafe.cri.v1.AuthConfig;
import dev.carafe.engine.Invalid;
import dev.carafe.registry.Credentials;
import dev.carafe.registry.auth.RequestCredentials;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// A PullImage request's AuthConfig in its forms: user and password, both in `auth`, or a token.
final class Auth {
    private Auth() {}

    static RequestCredentials ofRequest(AuthConfig config) {
        return new RequestCredentials(credentials(config), config.getServerAddress());
    }

    static Credentials credentials(AuthConfig config) {
        if (!config.getIdentityToken().isEmpty() || !config.getRegistryToken().isEmpty()) {
            return new Credentials(
                    config.getUsername(), config.getPassword(), config.getIdentityToken(), config.getRegistryToken());
        }
        if (!config.getUsername().isEmpty()) {
            return new Credentials(config.getUsername(), config.getPassword(), "", "");
        }
        return config.getAuth().isEmpty() ? Credentials.none() : decoded(config.getAuth());
    }

    /// As docker's configuration file has it: base64 of `user:password`, some writers pad it with NULs.
    private static Credentials decoded(String auth) {
        try {
            var text = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
            var colon = text.indexOf(':');
            if (colon > 0) {
                return new Credentials(
                        text.substring(0, colon), text.substring(colon + 1).replace("\0", ""), "", "");
            }
        } catch (IllegalArgumentException notBase64) {
            throw new Invalid("AuthConfig.auth is not base64");
        }
        throw new Invalid("AuthConfig.auth is not base64 of user:password");
    }
}
