package dev.carafe.linux;

import java.util.Map;

/// What is set inside new namespaces before they are pinned.
///
/// @param hostname empty leaves it as it is; otherwise a UTS namespace must be among the new ones
/// @param sysctls by their dotted name, as `net.ipv4.ip_forward`
/// @param loopbackUp raises `lo`, which brings its IPv4 and IPv6 addresses; needs a new network namespace
public record NamespaceSetup(String hostname, Map<String, String> sysctls, boolean loopbackUp) {
    public NamespaceSetup {
        sysctls = Map.copyOf(sysctls);
    }

    /// Leaves all as the kernel makes it.
    public static NamespaceSetup none() {
        return new NamespaceSetup("", Map.of(), false);
    }
}
