package dev.carafe.engine;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// The groups of metrics that crio.conf(5) lets an operator choose from.
public enum MetricGroup {
    CPU("cpu"),
    HUGETLB("hugetlb"),
    MEMORY("memory"),
    NETWORK("network"),
    OOM("oom"),
    PROCESS("process"),
    SPEC("spec"),
    DISK("disk"),
    DISK_IO("diskIO"),
    PRESSURE("pressure");

    private static final String ALL = "all";

    private final String word;

    MetricGroup(String word) {
        this.word = word;
    }

    /// @param words theirs, or `all`
    public static Set<MetricGroup> of(List<String> words) {
        var groups = EnumSet.noneOf(MetricGroup.class);
        for (var group : values()) {
            if (words.contains(group.word) || words.contains(ALL)) {
                groups.add(group);
            }
        }
        return groups;
    }
}
