package dev.carafe.daemon.config;

import dev.carafe.registry.Proxies;
import dev.carafe.registry.RegistryConfig;
import dev.carafe.registry.RegistryConfig.CredentialFiles;
import dev.carafe.registry.RegistryConfig.Registries;
import dev.carafe.registry.RegistryConfig.Timeouts;
import dev.carafe.registry.conf.InvalidRegistriesException;
import dev.carafe.registry.conf.RegistriesFiles;
import dev.carafe.registry.conf.ShortNameMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Fills in the registry client's record: from crio.conf, from the files of registries.conf and from the
/// environment.
final class ComposeRegistryConfig {
    /// Of podman, skopeo and buildah.
    private static final String REGISTRIES_VARIABLE = "CONTAINERS_REGISTRIES_CONF";

    private static final Path ROOTS_AUTH_FILE = Path.of("/run/containers/0/auth.json");

    private final Values values;
    private final Host host;
    private final Findings findings;

    ComposeRegistryConfig(Values values, Host host, Findings findings) {
        this.values = values;
        this.host = host;
        this.findings = findings;
    }

    RegistryConfig run() {
        var defaults = RegistryConfig.defaults();
        return new RegistryConfig(
                registries(), credentials(), defaults.trust(), proxies(), timeouts(), defaults.retries());
    }

    private Registries registries() {
        var files = files();
        try {
            var read = files.read();
            findings.adopt(List.of(), read.warnings());
            return new Registries(files, read, values.get(ImageKeys.AUTO_RELOAD_REGISTRIES));
        } catch (InvalidRegistriesException e) {
            findings.adopt(String.valueOf(e.getMessage()).lines().toList(), List.of());
            return Registries.none();
        }
    }

    private RegistriesFiles files() {
        var system = RegistriesFiles.system();
        var main = main();
        var folder = values.get(CommandLineKeys.REGISTRIES_CONF_DIR);
        return new RegistriesFiles(
                main.isEmpty() ? system.main() : Path.of(main),
                main.isEmpty(),
                folder.isEmpty() ? system.folder() : Path.of(folder),
                shortNameMode());
    }

    /// Empty for the system's.
    private String main() {
        var configured = values.get(CommandLineKeys.REGISTRIES_CONF);
        var common = host.environment().getOrDefault(REGISTRIES_VARIABLE, "");
        if (!configured.isEmpty() || common.isEmpty()) {
            return configured;
        }
        if (!Form.PATH.allows(common)) {
            findings.wrong(Origin.environment(REGISTRIES_VARIABLE), "must be " + Form.PATH.expected());
            return "";
        }
        return common;
    }

    private ShortNameMode shortNameMode() {
        var key = ImageKeys.SHORT_NAME_MODE;
        if (!values.isSet(key)) {
            return ShortNameMode.UNSET;
        }
        return values.get(key).equals("disabled") ? ShortNameMode.DISABLED : ShortNameMode.ENFORCING;
    }

    private CredentialFiles credentials() {
        return new CredentialFiles(
                authFiles(), Path.of(values.get(ImageKeys.NAMESPACED_AUTH_DIR)), host.programFolders());
    }

    private List<Path> authFiles() {
        var key = ImageKeys.GLOBAL_AUTH_FILE;
        var file = values.get(key);
        if (file.isEmpty()) {
            return usualAuthFiles();
        }
        if (Files.notExists(Path.of(file))) {
            findings.warn(
                    values.origin(key),
                    key.path() + ": there is no file " + Toml.shownName(file)
                            + "; as long as there is none, it holds no credentials");
        }
        return List.of(Path.of(file));
    }

    /// As containers-auth.json(5) has them for root.
    private List<Path> usualAuthFiles() {
        var files = new ArrayList<>(List.of(ROOTS_AUTH_FILE));
        var home = host.environment().getOrDefault("HOME", "");
        if (Form.PATH.allows(home)) {
            files.add(Path.of(home, ".config/containers/auth.json"));
            files.add(Path.of(home, ".docker/config.json"));
        }
        return files;
    }

    private Proxies proxies() {
        try {
            return Proxies.of(host.environment());
        } catch (IllegalArgumentException e) {
            findings.adopt(List.of("environment variable " + e.getMessage()), List.of());
            return Proxies.none();
        }
    }

    private Timeouts timeouts() {
        var usual = RegistryConfig.defaults().timeouts();
        var progress = values.get(ImageKeys.PULL_PROGRESS_TIMEOUT);
        return progress.isZero() ? usual : new Timeouts(usual.connect(), usual.response(), progress, usual.document());
    }
}
