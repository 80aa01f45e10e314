package dev.carafe.trust;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/// A folder of containers-registries.d(5), read as one: each scope may be described once in all its files.
final class ReadPlaces {
    private static final int MAX_FILE_BYTES = 1024 * 1024;
    private static final int MOST_FILES = 1000;
    private static final int MAX_DEPTH = 16;

    /// Where the tools of containers/image put signatures when nothing is configured.
    private static final String STANDARD_LOOKASIDE = "file:///var/lib/containers/sigstore";

    private static final String DEFAULT = "default-docker";

    /// The second of each is the first's old name; what says where to write is of no use here.
    private static final Set<String> KEYS =
            Set.of("lookaside", "sigstore", "lookaside-staging", "sigstore-staging", "use-sigstore-attachments");

    private final Map<String, Section> sections = new HashMap<>();

    private ReadPlaces() {}

    /// @param lookaside empty where the section says nothing
    /// @param attachments empty where the section says nothing
    private record Section(Path file, Optional<URI> lookaside, Optional<Boolean> attachments) {}

    /// @param folders the first that exists counts
    static SignaturePlaces of(ImageIdentity image, List<Path> folders) throws PolicyException {
        var places = new ReadPlaces();
        var folder = folders.stream().filter(Files::exists).findFirst();
        if (folder.isPresent()) {
            for (var file : files(folder.get())) {
                places.read(file);
            }
        }
        return new SignaturePlaces(
                places.find(image, Section::lookaside).orElse(URI.create(STANDARD_LOOKASIDE)),
                places.find(image, Section::attachments).orElse(false));
    }

    private static List<Path> files(Path folder) throws PolicyException {
        try (var entries = Files.list(folder)) {
            var files = entries.filter(file -> file.getFileName().toString().endsWith(".yaml"))
                    .sorted()
                    .limit(MOST_FILES + 1)
                    .toList();
            if (files.size() > MOST_FILES) {
                throw new PolicyException(folder + " has more than " + MOST_FILES + " files");
            }
            return files;
        } catch (PolicyException e) {
            throw e;
        } catch (IOException e) {
            throw new PolicyException(folder + " can't be read: " + BoundedFile.reason(e), e);
        }
    }

    /// From the most specific section that says something about it.
    private <T> Optional<T> find(ImageIdentity image, Function<Section, Optional<T>> what) {
        for (var scope : image.scopes()) {
            var found = Optional.ofNullable(sections.get(scope)).flatMap(what);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.ofNullable(sections.get(DEFAULT)).flatMap(what);
    }

    private void read(Path file) throws PolicyException {
        var document = mapping(file, "the document", yaml(file));
        for (var entry : document.entrySet()) {
            switch (entry.getKey()) {
                case DEFAULT -> add(file, DEFAULT, entry.getValue());
                case "docker" -> {
                    for (var scope : mapping(file, "docker", entry.getValue()).entrySet()) {
                        add(file, scope.getKey(), scope.getValue());
                    }
                }
                default -> throw wrong(file, "the key " + Quoted.of(entry.getKey()) + " is not known");
            }
        }
    }

    private void add(Path file, String scope, @Nullable Object value) throws PolicyException {
        var fields = mapping(file, scope, value);
        for (var key : fields.keySet()) {
            if (!KEYS.contains(key)) {
                throw wrong(file, "the key " + Quoted.of(key) + " is not known in " + Quoted.of(scope));
            }
        }
        var lookaside = url(file, fields, "lookaside").or(() -> Optional.of("")).filter(u -> !u.isEmpty());
        var old = url(file, fields, "sigstore");
        var base = lookaside.or(() -> old);
        var section = new Section(
                file,
                base.isEmpty() ? Optional.empty() : Optional.of(base(file, base.get())),
                attachments(file, fields));
        var other = sections.put(scope, section);
        if (other != null) {
            throw wrong(file, Quoted.of(scope) + " is described already in " + other.file);
        }
    }

    private static Optional<String> url(Path file, Map<String, Object> fields, String key) throws PolicyException {
        return switch (fields.get(key)) {
            case null -> Optional.empty();
            case String text -> Optional.of(text).filter(t -> !t.isEmpty());
            default -> throw wrong(file, key + " has to be a URL");
        };
    }

    private static Optional<Boolean> attachments(Path file, Map<String, Object> fields) throws PolicyException {
        return switch (fields.get("use-sigstore-attachments")) {
            case null -> Optional.empty();
            case Boolean flag -> Optional.of(flag);
            default -> throw wrong(file, "use-sigstore-attachments has to be true or false");
        };
    }

    private static URI base(Path file, String text) throws PolicyException {
        try {
            var trimmed = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
            return new SignaturePlaces(URI.create(trimmed), false).lookaside();
        } catch (IllegalArgumentException e) {
            throw wrong(file, String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable Object yaml(Path file) throws PolicyException {
        var bytes = BoundedFile.read(file, MAX_FILE_BYTES, "the configuration of registries");
        var options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(0);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setCodePointLimit(MAX_FILE_BYTES);
        try {
            return new Yaml(new SafeConstructor(options)).load(new String(bytes, StandardCharsets.UTF_8));
        } catch (YAMLException e) {
            throw new PolicyException("the configuration of registries " + file + " is no YAML: " + e.getMessage(), e);
        }
    }

    private static Map<String, Object> mapping(Path file, String what, @Nullable Object value) throws PolicyException {
        var mapping = new LinkedHashMap<String, Object>();
        switch (value) {
            case null -> {}
            case Map<?, ?> map -> {
                for (var entry : map.entrySet()) {
                    if (!(entry.getKey() instanceof String key)) {
                        throw wrong(file, "a key of " + Quoted.of(what) + " is not a string");
                    }
                    mapping.put(key, entry.getValue());
                }
            }
            default -> throw wrong(file, Quoted.of(what) + " has to be a mapping");
        }
        return mapping;
    }

    private static PolicyException wrong(Path file, String what) {
        return new PolicyException("the configuration of registries " + file + " is wrong: " + what);
    }
}
