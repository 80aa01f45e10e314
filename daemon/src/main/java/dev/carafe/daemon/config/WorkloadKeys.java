package dev.carafe.daemon.config;

import java.util.List;

/// The tables \[crio.runtime.workloads.NAME] and their table of resources.
final class WorkloadKeys {
    static final String TABLE_OF_TABLES = "crio.runtime.workloads";

    private static final Declarations KEYS = new Declarations(TABLE_OF_TABLES + "." + Table.ANY_NAME);
    private static final Declarations RESOURCE_KEYS = new Declarations(KEYS.table() + ".resources");

    static final Key<String> ACTIVATION_ANNOTATION = KEYS.text("activation_annotation", "", Form.ANY)
            .notYet("The pod's annotation that makes it one of this workload; its value doesn't matter.");
    static final Key<String> ANNOTATION_PREFIX = KEYS.text("annotation_prefix", "", Form.ANY)
            .notYet("PREFIX.RESOURCE/CONTAINER is the annotation that sets a resource of one container.");
    static final Key<List<String>> ALLOWED_ANNOTATIONS =
            KEYS.list("allowed_annotations", Form.ANY).notYet("The annotations of such pods that are heeded.");

    static final Key<Long> CPUSHARES = RESOURCE_KEYS
            .integer("cpushares", 0, 0, Long.MAX_VALUE)
            .notYet("CPU shares of a container that sets none.");
    static final Key<Long> CPUQUOTA = RESOURCE_KEYS
            .integer("cpuquota", 0, Long.MIN_VALUE, Long.MAX_VALUE)
            .notYet("CPU time per period, in microseconds.");
    static final Key<Long> CPUPERIOD =
            RESOURCE_KEYS.integer("cpuperiod", 0, 0, Long.MAX_VALUE).notYet("The period, in microseconds.");
    static final Key<String> CPUSET =
            RESOURCE_KEYS.text("cpuset", "", Form.CPU_LIST_OR_EMPTY).notYet("The CPUs it runs on.");
    static final Key<Long> CPULIMIT = RESOURCE_KEYS
            .integer("cpulimit", 0, 0, Long.MAX_VALUE)
            .notYet("CPU limit in thousandths of a CPU; stronger than cpuquota.");

    static final Table TABLE = KEYS.table("Pods that are treated alike, chosen by an annotation.");
    static final Table RESOURCES = RESOURCE_KEYS.table("Resources for the containers of such pods that set none.");

    private WorkloadKeys() {}
}
