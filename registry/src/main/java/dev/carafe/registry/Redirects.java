package dev.carafe.registry;

/// Where an answer may send a request.
enum Redirects {
    /// Anywhere: the content is checked against a digest.
    ANYWHERE,
    /// Not from HTTPS to plain HTTP: the content is believed because of who sent it.
    SECURE,
    /// Nowhere: the request's body is a secret.
    NOWHERE;

    boolean allow(Origin from, Origin to) {
        return switch (this) {
            case ANYWHERE -> true;
            case SECURE -> to.isSecure() || !from.isSecure();
            case NOWHERE -> false;
        };
    }
}
