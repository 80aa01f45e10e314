package dev.carafe.daemon.config;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A place for configuration files, and what is read from them. Nothing outside of it is.
record ConfigurationFolder(Path folder, Map<String, String> environment) {
    ConfigurationFolder(Path folder) {
        this(folder, new HashMap<>(Map.of("CONTAINERS_STORAGE_CONF", "/dev/null")));
    }

    Path main() {
        return folder.resolve("crio.conf");
    }

    Path registries() {
        return folder.resolve("registries.conf");
    }

    /// Writes containers-storage.conf(5).
    ConfigurationFolder storage(String toml) throws IOException {
        var file = folder.resolve("storage.conf");
        Files.writeString(file, toml);
        return environment("CONTAINERS_STORAGE_CONF", file.toString());
    }

    Path dropIns() {
        return folder.resolve("crio.conf.d");
    }

    /// Writes the main file.
    ConfigurationFolder main(String toml) throws IOException {
        Files.writeString(main(), toml);
        return this;
    }

    /// Writes a drop-in.
    ConfigurationFolder dropIn(String name, String toml) throws IOException {
        var file = dropIns().resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, toml);
        return this;
    }

    ConfigurationFolder environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    Loaded load(String... flags) throws IOException {
        var arguments = new ArrayList<String>();
        if (Files.exists(main())) {
            arguments.addAll(List.of("--config", main().toString()));
        } else {
            arguments.addAll(List.of("--config", ""));
        }
        arguments.addAll(List.of("--config-dir", dropIns().toString()));
        arguments.addAll(List.of(
                "--registries-conf", Files.exists(registries()) ? registries().toString() : "/dev/null"));
        arguments.addAll(List.of(
                "--registries-conf-dir", folder.resolve("registries.conf.d").toString()));
        arguments.addAll(List.of(flags));
        return Configuration.load(Flags.parse(arguments), environment);
    }

    <T> T value(Key<T> key, String... flags) throws IOException {
        return load(flags).configuration().values().get(key);
    }

    List<String> warnings(String... flags) throws IOException {
        return load(flags).warnings().stream().map(this::withoutFolder).toList();
    }

    /// The lines of the exception that loading throws.
    List<String> errors(String... flags) {
        var thrown = assertThrows(ConfigurationException.class, () -> load(flags));
        return thrown.getMessage().lines().map(this::withoutFolder).toList();
    }

    private String withoutFolder(String line) {
        return line.replace(folder + "/", "");
    }
}
