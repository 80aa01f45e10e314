package dev.carafe.registry.auth;

import java.util.List;

/// The ways in which a registry is written where credentials are kept.
final class Hosts {
    private static final String HUB = "docker.io";

    /// How docker itself calls its hub there.
    private static final String HUB_KEY = "https://index.docker.io/v1/";

    private static final List<String> HUBS = List.of(HUB, "index.docker.io", "registry-1.docker.io");
    private static final String HTTPS_PORT = ":443";

    private Hosts() {}

    /// The registry as references have it, from that, from a URL, or from another name of Docker Hub.
    static String of(String key) {
        var scheme = key.indexOf("://");
        var bare = scheme < 0 ? key : key.substring(scheme + 3);
        var slash = bare.indexOf('/');
        var host = scheme >= 0 && slash >= 0 ? bare.substring(0, slash) : bare;
        var normal = host.endsWith(HTTPS_PORT) ? host.substring(0, host.length() - HTTPS_PORT.length()) : host;
        return HUBS.contains(normal) ? HUB : normal;
    }

    /// What programs are asked for.
    static String serverOf(String registry) {
        return registry.equals(HUB) ? HUB_KEY : registry;
    }
}
