package dev.carafe.registry;

import dev.carafe.oci.Platform;
import dev.carafe.oci.Reference;
import dev.carafe.registry.conf.RegistriesConf;
import dev.carafe.registry.conf.RegistriesFiles;
import dev.carafe.registry.conf.RegistryRule;
import dev.carafe.registry.conf.ShortNameMode;
import dev.carafe.registry.conf.Stamps;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Clients for tests: patient enough for a busy machine, but quick to try again.
final class Clients {
    static final Platform AMD64 = new Platform("linux", "amd64", "");

    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final RegistryConfig.Retries QUICK =
            new RegistryConfig.Retries(3, Duration.ofMillis(2), Duration.ofSeconds(2));

    private Clients() {}

    static Registry registry(RegistryConfig config) {
        return new Registry(config, new RegistryRules(config.registries()));
    }

    static Registry registry(RegistryConfig config, InstantSource clock) {
        return new Registry(config, new RegistryRules(config.registries()), clock);
    }

    static Registry patient() {
        return registry(patientConfig(Set.of()));
    }

    static RegistryConfig patientConfig(Set<String> insecure, Path... caBundles) {
        return config(insecure(insecure), new RegistryConfig.Trust(List.of(caBundles), List.of()), Proxies.none());
    }

    /// A registries.conf that knows nothing but insecure hosts.
    static RegistriesConf insecure(Set<String> hosts) {
        return conf(hosts.stream()
                .map(host -> new RegistryRule(host, host, true, false, false, List.of()))
                .toList());
    }

    static RegistriesConf conf(List<RegistryRule> rules) {
        return new RegistriesConf(rules, List.of("docker.io"), Map.of(), ShortNameMode.UNSET, List.of());
    }

    static RegistryConfig config(RegistriesConf conf, RegistryConfig.Trust trust, Proxies proxies) {
        return new RegistryConfig(
                new RegistryConfig.Registries(
                        RegistriesFiles.none(), new RegistriesFiles.Read(conf, List.of(), new Stamps(Map.of())), false),
                RegistryConfig.CredentialFiles.none(),
                trust,
                proxies,
                new RegistryConfig.Timeouts(PATIENT, PATIENT, PATIENT, PATIENT),
                QUICK);
    }

    /// For servers that say nothing.
    static Registry withTimeouts(
            Duration connect, Duration response, Duration stall, Duration document, Path... caBundles) {
        var usual = patientConfig(Set.of(), caBundles);
        return registry(new RegistryConfig(
                usual.registries(),
                usual.credentials(),
                usual.trust(),
                usual.proxies(),
                new RegistryConfig.Timeouts(connect, response, stall, document),
                QUICK));
    }

    static Registry impatient() {
        var brief = Duration.ofMillis(200);
        return withTimeouts(PATIENT, brief, brief, brief);
    }

    /// For servers that speak TLS.
    static Registry impatient(Path caBundle, Duration response, Duration stall) {
        return withTimeouts(PATIENT, response, stall, stall, caBundle);
    }

    static Reference reference(ScriptedServer server) {
        return Reference.parse(server.host() + "/team/app:1");
    }
}
