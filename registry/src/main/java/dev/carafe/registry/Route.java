package dev.carafe.registry;

/// Where a connection leads, and how: what was opened one way serves nobody who wants the other.
///
/// @param lenient whether the certificate is not checked
record Route(Origin origin, boolean lenient) {
    @Override
    public String toString() {
        return origin.toString();
    }
}
