package dev.carafe.registry.auth;

import dev.carafe.oci.Digest;
import dev.carafe.oci.Reference;
import dev.carafe.registry.Credentials;
import dev.carafe.registry.Keyring;
import dev.carafe.registry.RegistryConfig.CredentialFiles;
import dev.carafe.registry.RegistryRules;
import dev.carafe.registry.conf.RegistriesConf;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// Finds credentials: those of the request, for the registry that its image names; else those of files and
/// programs, in the order that registries.conf gives them. Files are read anew for each pull. Safe for all
/// threads.
public final class Keyrings {
    private static final System.Logger LOG = System.getLogger(Keyrings.class.getName());

    /// RFC 1123, and nothing that could lead out of the folder.
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

    private final CredentialFiles config;
    private final RegistryRules rules;
    private final HelperPrograms programs;

    public Keyrings(CredentialFiles config, RegistryRules rules, CredentialPrograms programs) {
        this.config = config;
        this.rules = rules;
        this.programs = new HelperPrograms(programs);
    }

    /// The keyring of one pull. What it has found once it does not look for again.
    ///
    /// @param own in place of the configured files, where a namespace or the node has one for this pull
    public Keyring keyring(RequestCredentials request, Optional<OwnFile> own) {
        var found = new ConcurrentHashMap<String, Credentials>();
        return (asked, place) -> {
            if (request.areFor(asked, place)) {
                return request.credentials();
            }
            var known = found.get(place.name());
            if (known != null) {
                return known;
            }
            var credentials = find(place, own);
            found.put(place.name(), credentials);
            return credentials;
        };
    }

    private Credentials find(Reference place, Optional<OwnFile> own) throws IOException, InterruptedException {
        for (var helper : rules.credentialHelpers()) {
            var found = helper.equals(RegistriesConf.AUTH_FILES)
                    ? inFiles(place, own)
                    : programs.get(helper, Hosts.serverOf(place.registry()));
            if (!found.equals(Credentials.none())) {
                return found;
            }
        }
        return Credentials.none();
    }

    private Credentials inFiles(Reference place, Optional<OwnFile> own) throws IOException, InterruptedException {
        if (own.isPresent()) {
            return own.get().file.find(place, programs);
        }
        for (var file : config.files()) {
            var content = AuthFile.read(file);
            var found = content.isPresent() ? content.get().find(place, programs) : Credentials.none();
            if (!found.equals(Credentials.none())) {
                return found;
            }
        }
        return Credentials.none();
    }

    /// A file for one pull: what a credential provider has left for a namespace's, or the node's for its own.
    public static final class OwnFile {
        private final AuthFile file;

        private OwnFile(AuthFile file) {
            this.file = file;
        }
    }

    /// @throws IOException when it is not there or can't be read
    public OwnFile read(Path file) throws IOException {
        return AuthFile.read(file).map(OwnFile::new).orElseThrow(() -> new IOException("there is no " + file));
    }

    /// Takes the file out of the folder: it is for one pull, and no secret stays behind.
    ///
    /// @param namespace empty for none
    /// @param image as the request has it
    /// @throws IOException when there is one that can't be read
    public Optional<OwnFile> take(String namespace, String image) throws IOException {
        if (!NAMESPACE.matcher(namespace).matches()) {
            return Optional.empty();
        }
        var path = config.namespaceFolder().resolve(namespace + "-" + hash(image) + ".json");
        try {
            return AuthFile.read(path).map(OwnFile::new);
        } finally {
            delete(path);
        }
    }

    /// Of the name that the kubelet gives the provider: with Docker Hub filled in, without tag and digest.
    private static String hash(String image) {
        return Digest.sha256(Reference.parse(image).name().getBytes(StandardCharsets.UTF_8))
                .hex();
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0} was used, but can't be removed: {1}", path, e.toString());
        }
    }
}
