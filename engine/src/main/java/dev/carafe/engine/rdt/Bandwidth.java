package dev.carafe.engine.rdt;

import java.util.OptionalInt;
import java.util.OptionalLong;

/// What of the memory's bandwidth a partition or a class has at most, by the unit that the kernel counts in.
record Bandwidth(OptionalInt percent, OptionalLong megabytes) {
    /// The kernel's word for no limit.
    static final long UNLIMITED_MEGABYTES = 4294967295L;

    static final Bandwidth WHOLE = new Bandwidth(OptionalInt.of(Share.HUNDRED), OptionalLong.of(UNLIMITED_MEGABYTES));
}
