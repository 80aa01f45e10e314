package dev.carafe.daemon.config;

import java.util.List;
import java.util.Map;

/// The tables \[crio.runtime.runtimes.NAME], a handler each.
final class HandlerKeys {
    static final String TABLE_OF_TABLES = "crio.runtime.runtimes";
    static final long MIN_CREATE_TIMEOUT_SECONDS = 30;

    static final String MONITORS =
            "monitors are put beside their containers with cgroupfs, and stay with the daemon with" + " systemd";

    private static final Declarations KEYS = new Declarations(TABLE_OF_TABLES + "." + Table.ANY_NAME);

    static final Key<String> RUNTIME_PATH = KEYS.text("runtime_path", "", Form.PATH_OR_EMPTY)
            .built("The runtime's program; empty means the program in $PATH that is called as the handler.");
    static final Key<String> RUNTIME_ROOT = KEYS.text("runtime_root", "", Form.PATH_OR_EMPTY)
            .built("The folder where the runtime keeps its state; empty means /run/ and the handler's name. A \"vm\""
                    + " runtime has a place of its own.");
    static final Key<String> RUNTIME_TYPE = KEYS.textOrDefault("runtime_type", "oci", OneOf.of("oci", "vm", "pod"))
            .built(
                    "How the runtime is driven. \"oci\" is under a monitor of its own for each container; \"vm\" is a shim"
                            + " of containerd's, such as Kata's, which has a pod in a virtual machine. Handlers of CRI-O's third"
                            + " type, \"pod\", are left out.");
    static final Key<Boolean> INHERIT_DEFAULT_RUNTIME = KEYS.bool("inherit_default_runtime", false)
            .built("Take path, root, type and configuration from the default runtime.");
    static final Key<String> RUNTIME_CONFIG_PATH = KEYS.text("runtime_config_path", "", Form.PATH_OR_EMPTY)
            .built("The configuration file of a \"vm\" runtime; empty: the runtime finds its own.");
    static final Key<Boolean> RUNTIME_PULL_IMAGE =
            KEYS.bool("runtime_pull_image", false).notYet("The runtime pulls images by itself, inside the guest.");
    static final Key<Boolean> PRIVILEGED_WITHOUT_HOST_DEVICES = KEYS.bool("privileged_without_host_devices", false)
            .built("Keep the host's devices out of privileged containers.");
    static final Key<List<String>> ALLOWED_ANNOTATIONS = KEYS.list("allowed_annotations", Form.ANY)
            .deprecated("use allowed_annotations of a workload")
            .built("The annotations of pods that are heeded.");
    static final Key<String> MONITOR_PATH = KEYS.text("monitor_path", "", Form.PATH_OR_EMPTY)
            .built("The monitor's program; empty means conmon in $PATH. A \"vm\" runtime has none.");
    static final Key<String> MONITOR_CGROUP = KEYS.text("monitor_cgroup", "system.slice", Form.MONITOR_CGROUP)
            .noEffect(MONITORS, "Where CRI-O puts monitors: \"pod\", or a slice of systemd.");
    static final Key<List<String>> MONITOR_ENV = KEYS.list(
                    "monitor_env", Form.VARIABLE, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .built("The monitor's whole environment, and with it the runtime's.");
    static final Key<String> MONITOR_EXEC_CGROUP = KEYS.text("monitor_exec_cgroup", "", OneOf.of("", "container"))
            .noEffect(
                    "commands have no monitor and run in the container's group",
                    "Where CRI-O puts the monitors of execs.");
    static final Key<Map<String, String>> PLATFORM_RUNTIME_PATHS = KEYS.pairs("platform_runtime_paths")
            .built(
                    "Programs for platforms, such as \"linux/arm64\", in place of runtime_path; that of the host counts.");
    static final Key<String> CONTAINER_MIN_MEMORY = KEYS.text("container_min_memory", "", Form.MEMORY_SIZE_OR_EMPTY)
            .built("Memory limits below it are refused; empty means 12MiB, and 500KiB for crun.");
    static final Key<Boolean> NO_SYNC_LOG =
            KEYS.bool("no_sync_log", false).built("Don't sync a log when it is rotated and at a container's end.");
    static final Key<Map<String, String>> DEFAULT_ANNOTATIONS =
            KEYS.pairs("default_annotations").built("Annotations for pods that have none of that name.");
    static final Key<Boolean> STREAM_WEBSOCKETS = KEYS.bool("stream_websockets", false)
            .notYet("A \"pod\" monitor serves exec and attach over WebSocket by itself.");
    static final Key<String> EXEC_CPU_AFFINITY = KEYS.text("exec_cpu_affinity", "", OneOf.of("", "first"))
            .built(
                    "\"first\" starts execs on the first CPU of a container that has CPUs of its own, if the runtime can.");
    static final Key<String> SECCOMP_PROFILE = KEYS.text("seccomp_profile", "", Form.PATH_OR_EMPTY)
            .built("The seccomp profile of this handler's containers in place of crio.runtime's.");
    static final Key<Long> CONTAINER_CREATE_TIMEOUT = KEYS.integer(
                    "container_create_timeout", 240, 0, Integer.MAX_VALUE)
            .built("Seconds that the runtime may take to create a container, at least 30; 0 means the default.");

    static final Table TABLE =
            KEYS.table("A runtime, under the name that a RuntimeClass calls its handler. Without any,"
                    + " there are crun and runc as far as they are in $PATH.");

    private HandlerKeys() {}
}
