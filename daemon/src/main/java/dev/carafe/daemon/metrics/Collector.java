package dev.carafe.daemon.metrics;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/// The families of CRI-O that there are, by their names.
public enum Collector {
    OPERATIONS_TOTAL,
    OPERATIONS_ERRORS_TOTAL,
    OPERATIONS_LATENCY_SECONDS,
    OPERATIONS_LATENCY_SECONDS_TOTAL,
    IMAGE_PULLS_LAYER_SIZE,
    IMAGE_PULLS_BYTES_TOTAL,
    IMAGE_PULLS_SKIPPED_BYTES_TOTAL,
    IMAGE_PULLS_FAILURE_TOTAL,
    IMAGE_PULLS_SUCCESS_TOTAL,
    IMAGE_LAYER_REUSE_TOTAL,
    CONTAINERS_EVENTS_DROPPED_TOTAL,
    CONTAINERS_OOM_TOTAL,
    CONTAINERS_OOM_COUNT_TOTAL,
    CONTAINERS_SECCOMP_NOTIFIER_COUNT_TOTAL,
    CONTAINERS_STOPPED_MONITOR_COUNT,
    PROCESSES_DEFUNCT,
    RESOURCES_STALLED_AT_STAGE,
    DEFAULT_RUNTIME;

    private static final String CRIO = "crio_";
    private static final String SUBSYSTEM = "container_runtime_";
    private static final String ALL = "all";

    /// As it is served.
    String metric() {
        return SUBSYSTEM + CRIO + word();
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether the word stands for one, or for all.
    public static boolean isKnown(String word) {
        return word.equals(ALL) || EnumSet.allOf(Collector.class).stream().anyMatch(c -> c.is(word));
    }

    /// Those that are meant.
    ///
    /// @param words with or without the prefixes, or `all`
    static Set<Collector> of(Collection<String> words) {
        var meant = EnumSet.noneOf(Collector.class);
        for (var collector : values()) {
            if (words.contains(ALL) || words.stream().anyMatch(collector::is)) {
                meant.add(collector);
            }
        }
        return meant;
    }

    private boolean is(String word) {
        var bare = word.startsWith(SUBSYSTEM) ? word.substring(SUBSYSTEM.length()) : word;
        return word().equals(bare.startsWith(CRIO) ? bare.substring(CRIO.length()) : bare);
    }
}
