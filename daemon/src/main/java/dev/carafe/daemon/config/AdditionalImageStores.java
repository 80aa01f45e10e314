package dev.carafe.daemon.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlInvalidTypeException;
import org.tomlj.TomlParseResult;

/// The stores of images that are only read: those of `storage_option`, else, as CRI-O has it, those of
/// containers-storage.conf(5), of which nothing else is used.
final class AdditionalImageStores {
    /// Of podman, skopeo and buildah.
    private static final String VARIABLE = "CONTAINERS_STORAGE_CONF";

    private static final List<Path> SYSTEM =
            List.of(Path.of("/etc/containers/storage.conf"), Path.of("/usr/share/containers/storage.conf"));
    private static final int MAX_BYTES = 1 << 20;
    private static final String PLURAL = "additionalimagestores";
    private static final List<String> NAMES = List.of("imagestore", "additionalimagestore", PLURAL);
    private static final List<String> PREFIXES = List.of("overlay.", "overlay2.", ".");
    private static final List<List<String>> KEYS =
            List.of(List.of("storage", "options", PLURAL), List.of("storage", "options", "overlay", PLURAL));

    private final Values values;
    private final Map<String, String> environment;
    private final Findings findings;
    private final List<Path> stores = new ArrayList<>();

    private AdditionalImageStores(Values values, Map<String, String> environment, Findings findings) {
        this.values = values;
        this.environment = environment;
        this.findings = findings;
    }

    /// In the order in which they are looked through.
    static List<Path> of(Values values, Map<String, String> environment, Findings findings) {
        var found = new AdditionalImageStores(values, environment, findings);
        var options = values.get(RootKeys.STORAGE_OPTION);
        if (options.isEmpty()) {
            found.file().ifPresent(found::read);
        } else {
            options.forEach(found::option);
        }
        return found.stores.stream().distinct().toList();
    }

    private void option(String option) {
        var origin = values.origin(RootKeys.STORAGE_OPTION);
        var equals = option.indexOf('=');
        if (NAMES.contains(name(option.substring(0, Math.max(0, equals))))) {
            add(option.substring(equals + 1), origin);
        } else {
            findings.warn(
                    origin,
                    RootKeys.STORAGE_OPTION.path() + ": " + Toml.shownValue(option)
                            + " has no effect; of storage options only additional image stores have");
        }
    }

    private static String name(String key) {
        var name = key.strip().toLowerCase(Locale.ROOT);
        for (var prefix : PREFIXES) {
            if (name.startsWith(prefix)) {
                return name.substring(prefix.length());
            }
        }
        return name;
    }

    /// Several are separated by commas.
    private void add(String paths, Origin origin) {
        for (var path : paths.split(",")) {
            if (Form.PATH.allows(path.strip())) {
                stores.add(Path.of(path.strip()).normalize());
            } else if (!path.isBlank()) {
                findings.wrong(
                        origin, "an additional image store must be an absolute path, not " + Toml.shownValue(path));
            }
        }
    }

    private Optional<Path> file() {
        var named = environment.getOrDefault(VARIABLE, "");
        if (named.isEmpty()) {
            return SYSTEM.stream().filter(Files::exists).findFirst();
        }
        if (!Form.PATH.allows(named)) {
            findings.wrong(Origin.environment(VARIABLE), "must be " + Form.PATH.expected());
            return Optional.empty();
        }
        return Optional.of(Path.of(named));
    }

    private void read(Path file) {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException("it has more than " + MAX_BYTES + " bytes");
            }
            var toml = org.tomlj.Toml.parse(new String(bytes, StandardCharsets.UTF_8));
            if (toml.hasErrors()) {
                throw new IOException("it is not valid TOML: " + toml.errors().getFirst());
            }
            KEYS.forEach(key -> stores(file, toml, key));
        } catch (IOException e) {
            findings.unreadable(file, e);
        } catch (StackOverflowError e) { // the parser descends by recursion
            findings.wrong(Origin.file(file), "values are nested too deeply");
        }
    }

    private void stores(Path file, TomlParseResult toml, List<String> key) {
        var origin = Origin.file(file);
        var value = value(toml, key);
        switch (value) {
            case null -> {}
            case String paths -> add(paths, origin);
            case TomlArray list
            when list.toList().stream().allMatch(String.class::isInstance) ->
                list.toList().forEach(path -> add(String.valueOf(path), origin));
            default ->
                findings.wrong(
                        origin, String.join(".", key) + " must be a list of paths, not " + Toml.shownValue(value));
        }
    }

    /// None where something is in the way that is no table.
    private static @Nullable Object value(TomlParseResult toml, List<String> key) {
        try {
            return toml.get(key);
        } catch (TomlInvalidTypeException e) {
            return null;
        }
    }
}
