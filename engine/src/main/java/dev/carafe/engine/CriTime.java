package dev.carafe.engine;

import java.time.Instant;

/// Times as the CRI has them.
public final class CriTime {
    private static final long NANOS_A_SECOND = 1_000_000_000;

    private CriTime() {}

    /// Since 1970.
    public static long nanos(Instant at) {
        return at.getEpochSecond() * NANOS_A_SECOND + at.getNano();
    }
}
