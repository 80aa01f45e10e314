package dev.carafe.daemon.config;

import java.util.List;

/// The table \[crio.runtime]. Its tables of handlers and workloads are in [HandlerKeys] and [WorkloadKeys].
final class RuntimeKeys {
    static final String SYSTEMD = "systemd";
    static final String CGROUPFS = "cgroupfs";

    /// Logs that are cut earlier lose more than they save; conmon reads in pieces of this size.
    private static final long MIN_LOG_SIZE_BYTES = 8192;

    private static final Declarations KEYS = new Declarations("crio.runtime");

    static final Key<String> DEFAULT_RUNTIME = KEYS.textOrDefault("default_runtime", "crun", Form.NAME)
            .reloadable()
            .built("The handler of pods that name none.");
    static final Key<List<String>> DEFAULT_ULIMITS = KEYS.list("default_ulimits", Form.ULIMIT)
            .built("Limits for containers, such as \"nofile=1024:2048\"; what is not named is the daemon's own.");
    static final Key<Boolean> NO_PIVOT =
            KEYS.bool("no_pivot", false).built("Move a container's root in place of pivot_root(2), for ramdisks.");
    static final Key<String> DECRYPTION_KEYS_PATH = KEYS.text("decryption_keys_path", "/etc/crio/keys/", Form.PATH)
            .environment()
            .reloadable()
            .built("Folder of private keys in PEM for encrypted layers (jwe).");
    static final Key<List<String>> ADDITIONAL_ARTIFACT_STORES = KEYS.list("additional_artifact_stores", Form.PATH)
            .environment()
            .notYet("Read-only folders that are searched for artifacts before our own.");
    static final Key<String> CONMON = KEYS.text("conmon", "", Form.PATH_OR_EMPTY)
            .deprecated("use monitor_path of the handlers")
            .built("The program that monitors containers, for all handlers.");
    static final Key<String> CONMON_CGROUP = KEYS.text("conmon_cgroup", "", Form.MONITOR_CGROUP)
            .deprecated("use monitor_cgroup of the handlers")
            .noEffect(HandlerKeys.MONITORS, "The control group for monitors, for all handlers.");
    static final Key<List<String>> CONMON_ENV = KEYS.list("conmon_env", Form.VARIABLE)
            .deprecated("use monitor_env of the handlers")
            .built("The environment of monitors, for all handlers.");
    static final Key<List<String>> DEFAULT_ENV = KEYS.list("default_env", Form.VARIABLE)
            .built("Variables for all containers; the image's and the pod's are stronger.");
    static final Key<Long> MIN_INJECTED_GOMAXPROCS = KEYS.integer("min_injected_gomaxprocs", 0, 0, Long.MAX_VALUE)
            .environment("CONTAINER_INJECT_GOMAXPROCS")
            .built("GOMAXPROCS of containers that ask for fewer CPUs and have no limit; 0 gives none.");
    static final Key<Boolean> SELINUX = KEYS.bool("selinux", false)
            .deprecated("the host's state will decide")
            .built("Label containers for SELinux, where the host has it. Where nothing sets it, they are.");
    static final Key<String> SECCOMP_PROFILE = KEYS.text("seccomp_profile", "", Form.PATH_OR_EMPTY)
            .reloadable()
            .built("File of the seccomp profile that RuntimeDefault means; empty or missing means the built-in one.");
    static final Key<String> PRIVILEGED_SECCOMP_PROFILE = KEYS.text(
                    "privileged_seccomp_profile", "", Form.PATH_OR_EMPTY)
            .reloadable()
            .built("File of a seccomp profile for privileged containers; empty means none.");
    static final Key<String> APPARMOR_PROFILE = KEYS.text("apparmor_profile", "crio-default", Form.ANY)
            .reloadable()
            .built("The AppArmor profile that RuntimeDefault means.");
    static final Key<String> BLOCKIO_CONFIG_FILE = KEYS.text("blockio_config_file", "", Form.PATH_OR_EMPTY)
            .environment()
            .reloadable()
            .built("File of the classes for block devices, which a pod's annotations name.");
    static final Key<Boolean> BLOCKIO_RELOAD = KEYS.bool("blockio_reload", false)
            .environment()
            .reloadable()
            .noEffect(
                    "the file is read for each container that names a class",
                    "Read blockio_config_file again for each container.");
    static final Key<List<String>> CDI_SPEC_DIRS = KEYS.list("cdi_spec_dirs", Form.PATH, "/etc/cdi", "/var/run/cdi")
            .reloadable()
            .built("Folders of CDI devices; a later folder is stronger.");
    static final Key<String> IRQBALANCE_CONFIG_FILE = KEYS.text(
                    "irqbalance_config_file", "/etc/sysconfig/irqbalance", Form.PATH_OR_EMPTY)
            .environment()
            .built("The file of irqbalance that is changed for containers with CPUs of their own.");
    static final Key<String> IRQBALANCE_CONFIG_RESTORE_FILE = KEYS.text(
                    "irqbalance_config_restore_file", "/etc/sysconfig/orig_irq_banned_cpus", Form.PATH_OR_DISABLE)
            .environment()
            .built("Where the first state of irqbalance is kept, to be restored at a start, or \"disable\".");
    static final Key<String> RDT_CONFIG_FILE = KEYS.text("rdt_config_file", "", Form.PATH_OR_EMPTY)
            .environment()
            .reloadable()
            .built("File of the classes for caches and memory bandwidth (resctrl), which annotations name.");
    static final Key<String> CGROUP_MANAGER = KEYS.text("cgroup_manager", SYSTEMD, OneOf.of(SYSTEMD, CGROUPFS))
            .built("Who makes control groups; the kubelet must use the same. Where no systemd runs and nothing sets it,"
                    + " it is cgroupfs.");
    static final Key<String> SEPARATE_PULL_CGROUP = KEYS.text("separate_pull_cgroup", "", Form.ANY)
            .environment("PULL_IN_A_CGROUP")
            .notYet("A control group for pulls, or \"pod\" for that of the pod.");
    static final Key<List<String>> DEFAULT_CAPABILITIES = KEYS.list(
                    "default_capabilities",
                    Form.ANY,
                    "CHOWN",
                    "DAC_OVERRIDE",
                    "FSETID",
                    "FOWNER",
                    "SETGID",
                    "SETUID",
                    "SETPCAP",
                    "NET_BIND_SERVICE",
                    "KILL")
            .built("The capabilities of containers that add and drop none.");
    static final Key<Boolean> ADD_INHERITABLE_CAPABILITIES = KEYS.bool("add_inheritable_capabilities", false)
            .built("Put a container's capabilities into the inheritable set, too.");
    static final Key<List<String>> DEFAULT_SYSCTLS = KEYS.list("default_sysctls", Form.ASSIGNMENT)
            .built("Sysctls for every pod. What is not of a namespace that the pod has is left out.");
    static final Key<List<String>> ALLOWED_DEVICES = KEYS.list(
                    "allowed_devices", Form.PATH, "/dev/fuse", "/dev/net/tun")
            .built("Devices that an annotation may ask for.");
    static final Key<List<String>> ADDITIONAL_DEVICES = KEYS.list("additional_devices", Form.DEVICE)
            .built("Devices for every container: on the host, in the container, permissions.");
    static final Key<Boolean> DEVICE_OWNERSHIP_FROM_SECURITY_CONTEXT = KEYS.bool(
                    "device_ownership_from_security_context", false)
            .environment()
            .built("Devices belong to the container's user and group.");
    static final Key<List<String>> HOOKS_DIR = KEYS.list("hooks_dir", Form.PATH, "/usr/share/containers/oci/hooks.d")
            .built("Folders of OCI hooks; a later folder is stronger.");
    static final Key<String> DEFAULT_MOUNTS_FILE = KEYS.text("default_mounts_file", "", Form.PATH_OR_EMPTY)
            .built(
                    "File of mounts for every container, for reading, SOURCE:DESTINATION a line; empty means mounts.conf in"
                            + " /etc/containers, or else in /usr/share/containers.");
    static final Key<Long> PIDS_LIMIT = KEYS.integer("pids_limit", -1, Long.MIN_VALUE, Long.MAX_VALUE)
            .deprecated("use the kubelet's podPidsLimit")
            .built("How many processes a container may have; 0 and less mean any number.");
    static final Key<String> LOG_FILTER = KEYS.text("log_filter", "", Form.REGULAR_EXPRESSION)
            .reloadable()
            .built("Only lines of the daemon's log in which this regular expression is found are written.");
    static final Key<String> LOG_LEVEL = KEYS.text(
                    "log_level",
                    "info",
                    OneOf.of("fatal", "panic", "error", "warn", "warning", "info", "debug", "trace"))
            .alias("l")
            .reloadable()
            .built("The least level that the daemon logs.");
    static final Key<Long> LOG_SIZE_MAX = KEYS.integerOrNegative("log_size_max", -1, MIN_LOG_SIZE_BYTES)
            .deprecated("use the kubelet's containerLogMaxSize")
            .built("Bytes after which a container's log is cut; negative means never.");
    static final Key<Boolean> LOG_TO_JOURNALD = KEYS.bool("log_to_journald", false)
            .flag("log-journald")
            .built("Write containers' logs to the journal as well.");
    static final Key<String> CONTAINER_EXITS_DIR = KEYS.text("container_exits_dir", "/var/run/crio/exits", Form.PATH)
            .environment("CONTAINER_EXITS_DIR")
            .built("Folder where monitors write the exit codes of containers.");
    static final Key<String> CONTAINER_ATTACH_SOCKET_DIR = KEYS.text(
                    "container_attach_socket_dir", "/var/run/crio", Form.PATH)
            .environment("CONTAINER_ATTACH_SOCKET_DIR")
            .built("Folder where monitors make their sockets for attach.");
    static final Key<String> BIND_MOUNT_PREFIX = KEYS.text("bind_mount_prefix", "", Form.PATH_OR_EMPTY)
            .built("Put before the host's paths of mounts, for a daemon in a container.");
    static final Key<Boolean> READ_ONLY = KEYS.bool("read_only", false)
            .built("Every container's root is read-only, with a tmpfs on /run, /tmp and /var/tmp.");
    static final Key<String> UID_MAPPINGS = KEYS.text("uid_mappings", "", Form.ANY)
            .deprecated("pods ask for user namespaces themselves")
            .notYet("User ids of containers: CONTAINER:HOST:COUNT, with commas between.");
    static final Key<String> GID_MAPPINGS = KEYS.text("gid_mappings", "", Form.ANY)
            .deprecated("pods ask for user namespaces themselves")
            .notYet("Group ids of containers: CONTAINER:HOST:COUNT, with commas between.");
    static final Key<Long> MINIMUM_MAPPABLE_UID = KEYS.integer("minimum_mappable_uid", -1, -1, 4294967295L)
            .deprecated("pods ask for user namespaces themselves")
            .built("The lowest user id of the host that may be mapped; -1 means any.");
    static final Key<Long> MINIMUM_MAPPABLE_GID = KEYS.integer("minimum_mappable_gid", -1, -1, 4294967295L)
            .deprecated("pods ask for user namespaces themselves")
            .built("The lowest group id of the host that may be mapped; -1 means any.");
    static final Key<Long> CTR_STOP_TIMEOUT = KEYS.integer("ctr_stop_timeout", 30, 0, Integer.MAX_VALUE)
            .environment("CONTAINER_STOP_TIMEOUT")
            .built("Seconds that a killed container may take to end before that is an error; at least 30.");
    static final Key<Boolean> DROP_INFRA_CTR = KEYS.bool("drop_infra_ctr", true)
            .built("Give a pod a process of its own (pause_image) only when its containers share a process namespace.");
    static final Key<String> INFRA_CTR_CPUSET = KEYS.text("infra_ctr_cpuset", "", Form.CPU_LIST_OR_EMPTY)
            .built("CPUs for the pods' own processes (pause_image); empty means all.");
    static final Key<String> SHARED_CPUSET = KEYS.text("shared_cpuset", "", Form.CPU_LIST_OR_EMPTY)
            .built("CPUs that guaranteed containers may use besides their own when they ask for it.");
    static final Key<String> NAMESPACES_DIR = KEYS.text("namespaces_dir", "/var/run", Form.PATH)
            .built("Folder where pods' namespaces are pinned, in a folder for each kind.");
    static final Key<String> PINNS_PATH = KEYS.text("pinns_path", "", Form.PATH_OR_EMPTY)
            .noEffect("the daemon pins namespaces itself", "CRI-O's program that makes and pins namespaces.");
    static final Key<List<String>> ABSENT_MOUNT_SOURCES_TO_REJECT = KEYS.list(
                    "absent_mount_sources_to_reject", Form.PATH)
            .built("Host paths that a mount must not name while they are missing; others are made as folders.");
    static final Key<Boolean> ENABLE_CRIU_SUPPORT = KEYS.bool("enable_criu_support", true)
            .deprecated("use container_level_enabled of crio.checkpoint_restore")
            .notYet("Serve checkpoints.");
    static final Key<Boolean> ENABLE_POD_EVENTS = KEYS.bool("enable_pod_events", false)
            .environment("ENABLE_POD_EVENTS")
            .built("Serve the stream of container events.");
    static final Key<Boolean> HOSTNETWORK_DISABLE_SELINUX = KEYS.bool("hostnetwork_disable_selinux", true)
            .built("Don't confine processes of pods in the host's network with SELinux.");
    static final Key<Boolean> DISABLE_HOSTPORT_MAPPING = KEYS.bool("disable_hostport_mapping", false)
            .environment("DISABLE_HOSTPORT_MAPPING")
            .built("Leave host ports to CNI plugins, also where none of the network takes them.");
    static final Key<String> TIMEZONE = KEYS.text("timezone", "", Form.TIME_ZONE_OR_EMPTY)
            .alias("tz")
            .environment("CONTAINER_TIME_ZONE")
            .built("The time zone of containers; \"Local\" is the host's, empty leaves it to the image.");

    static final Table TABLE = KEYS.table("How pods and containers are run.");

    private RuntimeKeys() {}
}
