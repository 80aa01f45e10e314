package dev.carafe.engine.spec;

import dev.carafe.linux.Rlimit;
import dev.carafe.linux.RlimitKind;
import dev.carafe.oci.RuntimeSpec;
import java.util.EnumMap;
import java.util.List;

/// The resource limits that `default_ulimits` names, each within what the daemon can give (setrlimit(2)): beyond
/// that the runtime would fail. The last entry of a kind counts.
final class Rlimits {
    private Rlimits() {}

    static List<RuntimeSpec.Rlimit> of(ContainerDefaults defaults, HostFacts host, Warnings warnings) {
        var limits = new EnumMap<RlimitKind, RuntimeSpec.Rlimit>(RlimitKind.class);
        for (var entry : defaults.ulimits()) {
            var ulimit = Ulimit.parse(entry);
            var bound = host.hardLimits().getOrDefault(ulimit.kind(), Rlimit.UNLIMITED);
            if (Long.compareUnsigned(ulimit.hard(), bound) > 0) {
                warnings.once(
                        "default_ulimits: " + entry + " is more than the daemon can give: containers get " + bound);
            }
            limits.put(
                    ulimit.kind(),
                    RuntimeSpec.Rlimit.of(
                            "RLIMIT_" + ulimit.kind().name(),
                            lower(ulimit.hard(), bound),
                            lower(ulimit.soft(), bound)));
        }
        return List.copyOf(limits.values());
    }

    /// Of unsigned numbers, among which [Rlimit#UNLIMITED] is the highest.
    private static long lower(long asked, long bound) {
        return Long.compareUnsigned(asked, bound) < 0 ? asked : bound;
    }
}
