package dev.carafe.registry;

/// A registry as references name it.
///
/// @param insecure whether its certificate is not checked, and plain HTTP will do
record Site(String registry, boolean insecure) {
    private static final String HUB = "docker.io";
    private static final String HUB_API = "registry-1.docker.io";

    /// Where its API is.
    String host() {
        return registry.equals(HUB) ? HUB_API : registry;
    }

    boolean isAt(Origin origin) {
        return origin.isNamed(host());
    }
}
