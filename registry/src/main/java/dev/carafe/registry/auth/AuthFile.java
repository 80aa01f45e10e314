package dev.carafe.registry.auth;

import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.ForeignJson;
import dev.carafe.oci.Reference;
import dev.carafe.registry.Credentials;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A file in the form of containers-auth.json(5), which docker's config.json has too. Immutable.
final class AuthFile {
    /// Bytes; what holds a pull secret for hundreds of registries has a twentieth of it.
    private static final int LARGEST = 4 << 20;

    private static final Jsonb JSON = Jsonb.builder().build();

    private final Path file;
    private final Document document;

    private AuthFile(Path file, Document document) {
        this.file = file;
        this.document = document;
    }

    /// Empty when it is not there.
    ///
    /// @throws IOException names the file, and shows nothing of it
    static Optional<AuthFile> read(Path file) throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LARGEST + 1);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new IOException(file + " can't be read: " + e.getMessage(), e);
        }
        if (bytes.length > LARGEST) {
            throw new IOException(file + " has more than " + LARGEST + " bytes");
        }
        return Optional.of(new AuthFile(file, parse(file, new String(bytes, StandardCharsets.UTF_8))));
    }

    private static Document parse(Path file, String text) throws IOException {
        try {
            return ForeignJson.read(text, JSON.type(Document.class)::fromJson);
        } catch (BadJsonException notThat) {
            throw new IOException(file + " is not JSON in the form of containers-auth.json"); // the cause quotes it
        }
    }

    /// None where it has none for the repository: first by its `credHelpers`, then by its `auths` from the most
    /// specific on, then by its `credsStore`.
    Credentials find(Reference place, HelperPrograms programs) throws IOException, InterruptedException {
        for (var helper : nonNull(document.credHelpers).entrySet()) {
            if (Hosts.of(helper.getKey()).equals(place.registry())) {
                return programs.get(helper.getValue(), helper.getKey());
            }
        }
        var found = inAuths(place);
        if (!found.equals(Credentials.none()) || document.credsStore == null || document.credsStore.isEmpty()) {
            return found;
        }
        return programs.get(document.credsStore, Hosts.serverOf(place.registry()));
    }

    private Credentials inAuths(Reference place) throws IOException {
        var auths = nonNull(document.auths);
        for (var key = place.name(); !key.isEmpty(); key = parent(key)) {
            var entry = auths.get(key);
            if (entry != null && !entry.isEmpty()) {
                return credentials(key, entry);
            }
        }
        for (var entry : auths.entrySet()) {
            if (Hosts.of(entry.getKey()).equals(place.registry())
                    && !entry.getValue().isEmpty()) {
                return credentials(entry.getKey(), entry.getValue());
            }
        }
        return Credentials.none();
    }

    private static String parent(String key) {
        return key.substring(0, Math.max(0, key.lastIndexOf('/')));
    }

    private Credentials credentials(String key, Entry entry) throws IOException {
        var identityToken = text(entry.identityToken);
        var registryToken = text(entry.registryToken);
        if (text(entry.auth).isEmpty()) {
            return new Credentials(text(entry.username), text(entry.password), identityToken, registryToken);
        }
        var pair = decoded(text(entry.auth));
        var colon = pair.indexOf(':');
        if (colon < 0) {
            throw new IOException(file + ": auth of " + key + " is not base64 of user:password");
        }
        // Some writers pad with NULs.
        return new Credentials(
                pair.substring(0, colon), pair.substring(colon + 1).replace("\0", ""), identityToken, registryToken);
    }

    /// Without a colon when it is not base64.
    private static String decoded(String auth) {
        try {
            return new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return "";
        }
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    /// Without what is null, which says as little as what is missing.
    private static <T> Map<String, T> nonNull(@Nullable Map<String, @Nullable T> map) {
        var there = new LinkedHashMap<String, T>();
        if (map != null) {
            map.forEach((key, value) -> {
                if (value != null) {
                    there.put(key, value);
                }
            });
        }
        return there;
    }

    @Json
    record Document(
            @Nullable Map<String, @Nullable Entry> auths,
            @Nullable Map<String, @Nullable String> credHelpers,
            @Nullable String credsStore) {
        @Override
        public String toString() {
            return "credentials";
        }
    }

    @Json
    record Entry(
            @Nullable String auth,
            @Nullable String username,
            @Nullable String password,
            @Json.Property("identitytoken") @Nullable String identityToken,
            @Json.Property("registrytoken") @Nullable String registryToken) {
        /// As docker leaves one behind for what a program keeps.
        private boolean isEmpty() {
            return text(auth).isEmpty()
                    && text(username).isEmpty()
                    && text(identityToken).isEmpty()
                    && text(registryToken).isEmpty();
        }

        @Override
        public String toString() {
            return "credentials";
        }
    }
}
