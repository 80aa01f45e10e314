package dev.carafe.trust;

import java.nio.file.Path;
import java.util.List;

/// Where the files are that decide about images.
///
/// @param policies of the node; the first that exists counts, and one of them has to
/// @param namespacePolicies folder of policies for namespaces, `NAMESPACE.json` each, which replace the node's
/// @param registries folders of containers-registries.d(5); the first that exists counts, none is fine
public record TrustConfig(List<Path> policies, Path namespacePolicies, List<Path> registries) {
    private static final Path ETC = Path.of("/etc/containers");
    private static final Path NAMESPACE_POLICIES = Path.of("/etc/crio/policies");

    public TrustConfig {
        policies = List.copyOf(policies);
        registries = List.copyOf(registries);
        if (policies.isEmpty()) {
            throw new IllegalArgumentException("no file is named for the policy");
        }
    }

    /// What containers-policy.json(5) and crio.conf(5) say: a file of the daemon's user goes before the
    /// system's.
    public static TrustConfig defaults() {
        var home = Path.of(System.getProperty("user.home", "/")).resolve(".config/containers");
        return new TrustConfig(
                List.of(home.resolve("policy.json"), ETC.resolve("policy.json")),
                NAMESPACE_POLICIES,
                List.of(home.resolve("registries.d"), ETC.resolve("registries.d")));
    }
}
