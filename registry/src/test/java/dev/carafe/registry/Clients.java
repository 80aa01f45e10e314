package dev.carafe.registry;

import dev.carafe.oci.Platform;
import dev.carafe.oci.Reference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// Clients for tests: patient enough for a busy machine, but quick to try again.
final class Clients {
    static final Platform AMD64 = new Platform("linux", "amd64", "");

    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final RegistryConfig.Retries QUICK =
            new RegistryConfig.Retries(3, Duration.ofMillis(2), Duration.ofSeconds(2));

    private Clients() {}

    static Registry patient() {
        return new Registry(patientConfig(Set.of()));
    }

    static RegistryConfig patientConfig(Set<String> insecure, Path... caBundles) {
        return new RegistryConfig(
                insecure, List.of(caBundles), new RegistryConfig.Timeouts(PATIENT, PATIENT, PATIENT, PATIENT), QUICK);
    }

    /// For servers that say nothing.
    static Registry withTimeouts(Duration connect, Duration response, Duration stall, Duration document) {
        return new Registry(new RegistryConfig(
                Set.of(), List.of(), new RegistryConfig.Timeouts(connect, response, stall, document), QUICK));
    }

    static Registry impatient() {
        var brief = Duration.ofMillis(200);
        return withTimeouts(PATIENT, brief, brief, brief);
    }

    static Reference reference(ScriptedServer server) {
        return Reference.parse(server.host() + "/team/app:1");
    }
}
