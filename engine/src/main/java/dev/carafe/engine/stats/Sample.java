package dev.carafe.engine.stats;

import dev.carafe.linux.CgroupUsage;
import java.time.Instant;
import java.util.OptionalLong;

/// What a group had used at a time.
///
/// @param nanoCores billionths of a processor in use since an earlier sample; empty for the first
record Sample(Instant at, CgroupUsage usage, OptionalLong nanoCores) {}
