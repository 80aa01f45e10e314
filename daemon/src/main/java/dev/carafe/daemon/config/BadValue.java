package dev.carafe.daemon.config;

/// A value that its key doesn't allow.
final class BadValue extends Exception {
    private final String reason;

    BadValue(String expected, String found) {
        super();
        this.reason = "must be " + expected + ", not " + found;
    }

    /// Continues the key's name.
    String reason() {
        return reason;
    }
}
