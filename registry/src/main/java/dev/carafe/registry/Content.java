package dev.carafe.registry;

/// What a request asks for, by what it means for the way of its answer.
enum Content {
    /// A layer: checked against a digest, and so large that its way decides how long a pull takes.
    LAYER,
    /// Something small that is checked against a digest.
    CHECKED,
    /// What is believed because of who sent it.
    BELIEVED,
    /// An answer to a request whose body is a secret.
    SECRET;

    boolean isLarge() {
        return this == LAYER;
    }

    boolean mayBeRedirected(Origin from, Origin to) {
        return switch (this) {
            case LAYER, CHECKED -> true;
            case BELIEVED -> to.isSecure() || !from.isSecure();
            case SECRET -> false;
        };
    }
}
