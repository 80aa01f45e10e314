package dev.carafe.engine.stats;

import dev.carafe.linux.CgroupUsage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The latest samples of groups, by the id of their container or pod. Safe for all threads.
final class Samples {
    /// Two samples that are closer tell little about a rate: the kernel counts by ticks.
    private static final Duration RATED_AFTER = Duration.ofSeconds(1);

    private static final long NANOS_A_SECOND = 1_000_000_000;

    private final Groups groups;
    private final Clock clock;
    private final InstantSource steady;
    private final ConcurrentHashMap<String, Rate> rates = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Sample> latest = new ConcurrentHashMap<>();

    /// @param clock of what is shown
    /// @param steady of how far samples are apart
    Samples(Groups groups, Clock clock, InstantSource steady) {
        this.groups = groups;
        this.clock = clock;
        this.steady = steady;
    }

    /// The kernel's groups.
    interface Groups {
        CgroupUsage usage(String path) throws IOException;
    }

    /// @param nanoCores between the sample before and this one
    private record Rate(Instant at, long cpuNanos, OptionalLong nanoCores) {
        Rate next(Instant now, long used) {
            var elapsed = Duration.between(at, now);
            if (used < cpuNanos) { // the group was made anew
                return new Rate(now, used, OptionalLong.empty());
            }
            if (elapsed.compareTo(RATED_AFTER) < 0) {
                return this;
            }
            var cores = (double) (used - cpuNanos) / elapsed.toNanos();
            return new Rate(now, used, OptionalLong.of(Math.round(cores * NANOS_A_SECOND)));
        }
    }

    /// Reads the group now.
    Sample take(String id, String group) throws IOException {
        var usage = groups.usage(group);
        var now = steady.instant();
        var rate = OptionalLong.empty();
        if (usage.cpuNanos().isPresent()) {
            var used = usage.cpuNanos().getAsLong();
            rate = rates.merge(id, new Rate(now, used, OptionalLong.empty()), (before, first) -> before.next(now, used))
                    .nanoCores();
        }
        var sample = new Sample(clock.instant(), usage, rate);
        latest.put(id, sample);
        return sample;
    }

    /// What was read last; the first time it is read now.
    Sample latest(String id, String group) throws IOException {
        var known = latest.get(id);
        return known == null ? take(id, group) : known;
    }

    /// Forgets the others.
    void retain(Set<String> ids) {
        rates.keySet().retainAll(ids);
        latest.keySet().retainAll(ids);
    }
}
