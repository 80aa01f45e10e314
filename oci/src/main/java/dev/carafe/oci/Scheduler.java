package dev.carafe.oci;

import io.avaje.jsonb.Json;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runtime-spec 1.1; see sched_setattr(2).
///
/// @param policy as `SCHED_BATCH`
/// @param flags as `SCHED_FLAG_RESET_ON_FORK`
/// @param runtime in nanoseconds, as the two after it; all unsigned
@Json
public record Scheduler(
        String policy,
        @Nullable Integer nice,
        @Nullable Integer priority,
        List<String> flags,
        @Nullable BigInteger runtime,
        @Nullable BigInteger deadline,
        @Nullable BigInteger period) {
    public Scheduler(
            String policy,
            @Nullable Integer nice,
            @Nullable Integer priority,
            @Nullable List<String> flags,
            @Nullable BigInteger runtime,
            @Nullable BigInteger deadline,
            @Nullable BigInteger period) {
        this.policy = policy;
        this.nice = nice;
        this.priority = priority;
        this.flags = RuntimeSpec.list(flags);
        this.runtime = runtime;
        this.deadline = deadline;
        this.period = period;
    }
}
