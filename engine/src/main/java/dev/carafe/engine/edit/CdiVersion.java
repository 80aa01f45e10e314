package dev.carafe.engine.edit;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The versions of the CDI specification (SPEC.md, Released versions), oldest first. A file may only say what its
/// version knows.
enum CdiVersion {
    V0_1_0,
    V0_2_0,
    V0_3_0,
    V0_4_0,
    V0_5_0,
    V0_6_0,
    V0_7_0,
    V0_8_0,
    V1_0_0,
    V1_1_0;

    /// @throws IOException for one that is not known
    static CdiVersion of(String text) throws IOException {
        var name = "V" + text.replace('.', '_');
        return Arrays.stream(values())
                .filter(version -> version.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IOException("cdiVersion: \"" + text + "\" is not one of " + all()));
    }

    private static List<CdiVersion> all() {
        return List.of(values());
    }

    boolean knows(CdiVersion since) {
        return compareTo(since) >= 0;
    }

    @Override
    public String toString() {
        return name().substring(1).replace('_', '.').toLowerCase(Locale.ROOT);
    }
}
