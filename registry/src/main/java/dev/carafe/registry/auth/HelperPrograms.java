package dev.carafe.registry.auth;

import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.ForeignJson;
import dev.carafe.registry.Credentials;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the programs answer (docker's credential helper protocol).
final class HelperPrograms {
    private static final Jsonb JSON = Jsonb.builder().build();
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final String NOTHING_KNOWN = "credentials not found in native keychain";

    /// In place of a user: the secret is a refresh token.
    private static final String TOKEN_USER = "<token>";

    private static final int LONGEST_SHOWN = 200;

    private final CredentialPrograms programs;

    HelperPrograms(CredentialPrograms programs) {
        this.programs = programs;
    }

    /// None where the program knows none.
    Credentials get(String name, String server) throws IOException, InterruptedException {
        if (!NAME.matcher(name).matches()) {
            throw new IOException("no credential helper can have the name that is configured for " + server);
        }
        var program = "docker-credential-" + name;
        var answer = programs.get(name, server);
        if (answer.isSuccess()) {
            return parse(program, server, answer.output());
        }
        if (answer.output().strip().equals(NOTHING_KNOWN)) {
            return Credentials.none();
        }
        throw new IOException(program + " fails for " + server + shown(answer.output()));
    }

    /// Its error is plain text; what is something else may be a secret.
    private static String shown(String output) {
        var text = output.strip().replaceAll("[\\s\\p{C}\\p{Zl}\\p{Zp}]+", " ");
        if (text.isEmpty() || text.contains("{") || text.length() > LONGEST_SHOWN) {
            return "";
        }
        return ": " + text;
    }

    private static Credentials parse(String program, String server, String output) throws IOException {
        try {
            var document = ForeignJson.read(output, JSON.type(Document.class)::fromJson);
            if (document.secret != null && document.username != null) {
                return document.username.equals(TOKEN_USER)
                        ? new Credentials("", "", document.secret, "")
                        : new Credentials(document.username, document.secret, "", "");
            }
        } catch (BadJsonException notThat) {
            throw new IOException(program + " answers what is no JSON for " + server); // its message quotes the secret
        }
        throw new IOException(program + " answers without Username or Secret for " + server);
    }

    @Json
    record Document(
            @Json.Property("Username") @Nullable String username,
            @Json.Property("Secret") @Nullable String secret) {
        @Override
        public String toString() {
            return "credentials";
        }
    }
}
