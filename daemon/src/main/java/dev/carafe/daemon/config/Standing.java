package dev.carafe.daemon.config;

/// Whether a key does anything.
///
/// @param warning completes the key's name for who sets it; empty when there is nothing to warn of
record Standing(String warning) {
    static final Standing BUILT = new Standing("");
    static final Standing NOT_YET = new Standing("is not built yet and has no effect");

    /// What the key steers in CRI-O does not exist here.
    ///
    /// @param reason completes "has no effect: …"
    static Standing noEffect(String reason) {
        return new Standing("has no effect: " + reason);
    }
}
