package dev.carafe.linux;

/// For the moment.
final class Unwritten {
    private Unwritten() {}

    static UnsupportedOperationException yet() {
        return new UnsupportedOperationException();
    }
}
