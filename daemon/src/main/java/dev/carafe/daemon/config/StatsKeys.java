package dev.carafe.daemon.config;

import java.util.List;

/// The table \[crio.stats].
final class StatsKeys {
    /// Alone in the list.
    static final String ALL_METRICS = "all";

    private static final Declarations KEYS = new Declarations("crio.stats");

    static final Key<Long> STATS_COLLECTION_PERIOD = KEYS.integer("stats_collection_period", 0, 0, Integer.MAX_VALUE)
            .deprecated("use collection_period")
            .built("Seconds between two samples of the statistics; 0 means on request.");
    static final Key<Long> COLLECTION_PERIOD = KEYS.integer("collection_period", 0, 0, Integer.MAX_VALUE)
            .environment("COLLECTION_PERIOD")
            .built(
                    "Seconds between two samples of the statistics; 0 means on request. Metrics are always read on request.");
    static final Key<List<String>> INCLUDED_POD_METRICS = KEYS.list(
                    "included_pod_metrics",
                    OneOf.of(
                            "cpu",
                            "hugetlb",
                            "memory",
                            "network",
                            "oom",
                            "process",
                            "spec",
                            "disk",
                            "diskIO",
                            "pressure",
                            ALL_METRICS))
            // CRI-O knows the right spelling and its own wrong one.
            .environment("CONTAINER_INCLUDED_POD_METRCIS", "CONTAINER_INCLUDED_POD_METRICS")
            .built(
                    "Which metrics of pods and containers the kubelet may read over the CRI (its PodAndContainerStatsFromCRI),"
                            + " or \"all\" alone; when a container was last seen is always told.");

    static final Table TABLE = KEYS.table("Statistics of pods and containers.");

    private StatsKeys() {}
}
