package dev.carafe.daemon.config;

import java.util.List;

/// The tables \[crio.runtime.workloads.NAME] and their table of resources.
final class WorkloadKeys {
    static final String TABLE_OF_TABLES = "crio.runtime.workloads";

    private static final Declarations KEYS = new Declarations(TABLE_OF_TABLES + "." + Table.ANY_NAME);
    private static final Declarations RESOURCE_KEYS = new Declarations(KEYS.table() + ".resources");

    static final Key<String> ACTIVATION_ANNOTATION = KEYS.text("activation_annotation", "", Form.ANY)
            .built("The pod's annotation that makes it one of this workload; its value doesn't matter.");
    static final Key<String> ANNOTATION_PREFIX = KEYS.text("annotation_prefix", "", Form.ANY)
            .built(
                    "PREFIX/CONTAINER is the annotation with the resources of one container, an object with the names below.");
    static final Key<List<String>> ALLOWED_ANNOTATIONS = KEYS.list("allowed_annotations", Form.ANY)
            .built("The annotations of such pods that are heeded, beside those of the handler.");

    static final Key<Long> CPUSHARES =
            RESOURCE_KEYS.integer("cpushares", 0, 0, Long.MAX_VALUE).built("CPU shares.");
    static final Key<Long> CPUQUOTA = RESOURCE_KEYS
            .integer("cpuquota", 0, Long.MIN_VALUE, Long.MAX_VALUE)
            .built("CPU time per period, in microseconds.");
    static final Key<Long> CPUPERIOD =
            RESOURCE_KEYS.integer("cpuperiod", 0, 0, Long.MAX_VALUE).built("The period, in microseconds.");
    static final Key<String> CPUSET =
            RESOURCE_KEYS.text("cpuset", "", Form.CPU_LIST_OR_EMPTY).built("The CPUs it runs on.");
    static final Key<Long> CPULIMIT = RESOURCE_KEYS
            .integer("cpulimit", 0, 0, Long.MAX_VALUE)
            .built("CPU limit in thousandths of a CPU; stronger than cpuquota.");

    static final Table TABLE = KEYS.table("Pods that are treated alike, chosen by an annotation.");
    static final Table RESOURCES =
            RESOURCE_KEYS.table("Resources for the containers of such pods whose annotation says nothing of them.");

    private WorkloadKeys() {}
}
