package dev.carafe.network;

import java.util.Arrays;
import java.util.Optional;

/// The released versions of the CNI specification, oldest first.
enum SpecVersion {
    V0_1_0("0.1.0"),
    V0_2_0("0.2.0"),
    V0_3_0("0.3.0"),
    V0_3_1("0.3.1"),
    V0_4_0("0.4.0"),
    V1_0_0("1.0.0"),
    V1_1_0("1.1.0");

    static final SpecVersion NEWEST = V1_1_0;

    private final String text;

    SpecVersion(String text) {
        this.text = text;
    }

    /// Empty for one that this runtime doesn't speak. Nothing said means 0.1.0, which had no such field.
    static Optional<SpecVersion> of(String text) {
        return text.isEmpty()
                ? Optional.of(V0_1_0)
                : Arrays.stream(values()).filter(v -> v.text.equals(text)).findFirst();
    }

    boolean isAtLeast(SpecVersion other) {
        return compareTo(other) >= 0;
    }

    @Override
    public String toString() {
        return text;
    }
}
