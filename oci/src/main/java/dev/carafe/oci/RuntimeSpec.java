package dev.carafe.oci;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A container's `config.json` (runtime-spec 1.1, config.md and config-linux.md), as far as a CRI runtime writes it.
/// An absent value is null for scalars and objects, which is not written because runtimes read an empty object as a
/// demand; for lists and maps it is the empty one.
@Json
public record RuntimeSpec(
        String ociVersion,
        Process process,
        Root root,
        @Nullable String hostname,
        List<Mount> mounts,
        @Nullable Hooks hooks,
        Map<String, String> annotations,
        Linux linux) {

    private static final JsonType<RuntimeSpec> JSON =
            Jsonb.builder().serializeNulls(false).serializeEmpty(false).build().type(RuntimeSpec.class);

    public RuntimeSpec(
            String ociVersion,
            Process process,
            Root root,
            @Nullable String hostname,
            @Nullable List<Mount> mounts,
            @Nullable Hooks hooks,
            @Nullable Map<String, String> annotations,
            Linux linux) {
        this.ociVersion = Objects.requireNonNull(ociVersion, "ociVersion");
        this.process = Objects.requireNonNull(process, "process");
        this.root = Objects.requireNonNull(root, "root");
        this.hostname = hostname;
        this.mounts = list(mounts);
        this.hooks = hooks;
        this.annotations = map(annotations);
        this.linux = Objects.requireNonNull(linux, "linux");
    }

    public RuntimeSpec withMounts(List<Mount> others) {
        return new RuntimeSpec(ociVersion, process, root, hostname, others, hooks, annotations, linux);
    }

    public String toJson() {
        return JSON.toJson(this);
    }

    /// With those limits in place of its own, where they are not absent.
    public RuntimeSpec with(Resources limits) {
        return new RuntimeSpec(ociVersion, process, root, hostname, mounts, hooks, annotations, linux.with(limits));
    }

    public static RuntimeSpec parse(String json) throws BadJsonException {
        return ForeignJson.read(json, JSON::fromJson);
    }

    static <T> List<T> list(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    static <V> Map<String, V> map(@Nullable Map<String, V> map) {
        return map == null ? Map.of() : Map.copyOf(map);
    }

    /// @param cwd absolute
    @Json
    public record Process(
            boolean terminal,
            @Nullable Box consoleSize,
            User user,
            List<String> args,
            List<String> env,
            String cwd,
            @Nullable Capabilities capabilities,
            List<Rlimit> rlimits,
            boolean noNewPrivileges,
            @Nullable String apparmorProfile,
            @Nullable Integer oomScoreAdj,
            @Nullable String selinuxLabel,
            @Nullable CpuAffinity execCPUAffinity,
            @Nullable IoPriority ioPriority,
            @Nullable Scheduler scheduler) {
        private static final JsonType<Process> JSON = Jsonb.builder()
                .serializeNulls(false)
                .serializeEmpty(false)
                .build()
                .type(Process.class);

        public Process(
                boolean terminal,
                @Nullable Box consoleSize,
                User user,
                @Nullable List<String> args,
                @Nullable List<String> env,
                String cwd,
                @Nullable Capabilities capabilities,
                @Nullable List<Rlimit> rlimits,
                boolean noNewPrivileges,
                @Nullable String apparmorProfile,
                @Nullable Integer oomScoreAdj,
                @Nullable String selinuxLabel,
                @Nullable CpuAffinity execCPUAffinity,
                @Nullable IoPriority ioPriority,
                @Nullable Scheduler scheduler) {
            this.terminal = terminal;
            this.consoleSize = consoleSize;
            this.user = user;
            this.args = list(args);
            this.env = list(env);
            this.cwd = cwd;
            this.capabilities = capabilities;
            this.rlimits = list(rlimits);
            this.noNewPrivileges = noNewPrivileges;
            this.apparmorProfile = apparmorProfile;
            this.oomScoreAdj = oomScoreAdj;
            this.selinuxLabel = selinuxLabel;
            this.execCPUAffinity = execCPUAffinity;
            this.ioPriority = ioPriority;
            this.scheduler = scheduler;
        }

        /// With that environment, and those groups beside the first.
        public Process with(List<String> variables, List<Long> groups) {
            return new Process(
                    terminal,
                    consoleSize,
                    new User(user.uid, user.gid, user.umask, groups),
                    args,
                    variables,
                    cwd,
                    capabilities,
                    rlimits,
                    noNewPrivileges,
                    apparmorProfile,
                    oomScoreAdj,
                    selinuxLabel,
                    execCPUAffinity,
                    ioPriority,
                    scheduler);
        }

        /// For a runtime's `exec --process`.
        public String toJson() {
            return JSON.toJson(this);
        }
    }

    /// The CPUs on which a command that joins the container starts, as cpuset(7) lists them (runtime-spec 1.2.1).
    @Json
    public record CpuAffinity(String initial) {}

    @Json
    public record Box(int height, int width) {}

    @Json
    public record User(long uid, long gid, @Nullable Integer umask, List<Long> additionalGids) {
        public User(long uid, long gid, @Nullable Integer umask, @Nullable List<Long> additionalGids) {
            this.uid = uid;
            this.gid = gid;
            this.umask = umask;
            this.additionalGids = list(additionalGids);
        }
    }

    /// Names with `CAP_`. An empty set is not written, which means the same.
    @Json
    public record Capabilities(
            List<String> bounding,
            List<String> effective,
            List<String> inheritable,
            List<String> permitted,
            List<String> ambient) {
        public Capabilities(
                @Nullable List<String> bounding,
                @Nullable List<String> effective,
                @Nullable List<String> inheritable,
                @Nullable List<String> permitted,
                @Nullable List<String> ambient) {
            this.bounding = list(bounding);
            this.effective = list(effective);
            this.inheritable = list(inheritable);
            this.permitted = list(permitted);
            this.ambient = list(ambient);
        }
    }

    /// Both limits are unsigned numbers of 64 bits; the highest means that there is none (RLIM_INFINITY).
    ///
    /// @param type as `RLIMIT_NOFILE`
    @Json
    public record Rlimit(String type, BigInteger hard, BigInteger soft) {
        private static final int BITS = 64;

        public Rlimit {
            requireUnsigned(type, hard);
            requireUnsigned(type, soft);
        }

        /// @param hard unsigned, as the kernel has it
        /// @param soft the same
        public static Rlimit of(String type, long hard, long soft) {
            return new Rlimit(
                    type, new BigInteger(Long.toUnsignedString(hard)), new BigInteger(Long.toUnsignedString(soft)));
        }

        private static void requireUnsigned(String type, BigInteger limit) {
            if (limit.signum() < 0 || limit.bitLength() > BITS) {
                throw new IllegalArgumentException(type + " is no unsigned number of 64 bits: " + limit);
            }
        }
    }

    @Json
    public record Root(String path, boolean readonly) {}

    @Json
    public record Mount(
            String destination,
            @Nullable String type,
            @Nullable String source,
            List<String> options,
            List<IdMapping> uidMappings,
            List<IdMapping> gidMappings) {
        public Mount(
                String destination,
                @Nullable String type,
                @Nullable String source,
                @Nullable List<String> options,
                @Nullable List<IdMapping> uidMappings,
                @Nullable List<IdMapping> gidMappings) {
            this.destination = destination;
            this.type = type;
            this.source = source;
            this.options = list(options);
            this.uidMappings = list(uidMappings);
            this.gidMappings = list(gidMappings);
        }
    }

    @Json
    public record IdMapping(
            @Json.Property("containerID") long containerId,
            @Json.Property("hostID") long hostId,
            long size) {}

    @Json
    public record Hooks(
            List<Hook> prestart,
            List<Hook> createRuntime,
            List<Hook> createContainer,
            List<Hook> startContainer,
            List<Hook> poststart,
            List<Hook> poststop) {
        public Hooks(
                @Nullable List<Hook> prestart,
                @Nullable List<Hook> createRuntime,
                @Nullable List<Hook> createContainer,
                @Nullable List<Hook> startContainer,
                @Nullable List<Hook> poststart,
                @Nullable List<Hook> poststop) {
            this.prestart = list(prestart);
            this.createRuntime = list(createRuntime);
            this.createContainer = list(createContainer);
            this.startContainer = list(startContainer);
            this.poststart = list(poststart);
            this.poststop = list(poststop);
        }
    }

    /// @param timeout in seconds
    @Json
    public record Hook(
            String path,
            List<String> args,
            List<String> env,
            @Nullable Integer timeout) {
        public Hook(String path, @Nullable List<String> args, @Nullable List<String> env, @Nullable Integer timeout) {
            this.path = path;
            this.args = list(args);
            this.env = list(env);
            this.timeout = timeout;
        }
    }

    @Json
    public record Linux(
            List<IdMapping> uidMappings,
            List<IdMapping> gidMappings,
            Map<String, String> sysctl,
            @Nullable Resources resources,
            @Nullable String cgroupsPath,
            List<Namespace> namespaces,
            List<Device> devices,
            @Nullable Seccomp seccomp,
            @Nullable String rootfsPropagation,
            List<String> maskedPaths,
            List<String> readonlyPaths,
            @Nullable String mountLabel,
            @Nullable IntelRdt intelRdt,
            @Nullable Map<String, NetDevice> netDevices,
            @Nullable MemoryPolicy memoryPolicy) {
        public Linux(
                @Nullable List<IdMapping> uidMappings,
                @Nullable List<IdMapping> gidMappings,
                @Nullable Map<String, String> sysctl,
                @Nullable Resources resources,
                @Nullable String cgroupsPath,
                @Nullable List<Namespace> namespaces,
                @Nullable List<Device> devices,
                @Nullable Seccomp seccomp,
                @Nullable String rootfsPropagation,
                @Nullable List<String> maskedPaths,
                @Nullable List<String> readonlyPaths,
                @Nullable String mountLabel,
                @Nullable IntelRdt intelRdt,
                @Nullable Map<String, NetDevice> netDevices,
                @Nullable MemoryPolicy memoryPolicy) {
            this.uidMappings = list(uidMappings);
            this.gidMappings = list(gidMappings);
            this.sysctl = map(sysctl);
            this.resources = resources;
            this.cgroupsPath = cgroupsPath;
            this.namespaces = list(namespaces);
            this.devices = list(devices);
            this.seccomp = seccomp;
            this.rootfsPropagation = rootfsPropagation;
            this.maskedPaths = list(maskedPaths);
            this.readonlyPaths = list(readonlyPaths);
            this.mountLabel = mountLabel;
            this.intelRdt = intelRdt;
            // Older runtimes need not read of it; the library writes empty maps.
            this.netDevices = netDevices == null || netDevices.isEmpty() ? null : Map.copyOf(netDevices);
            this.memoryPolicy = memoryPolicy;
        }

        /// The network devices that move.
        public Map<String, NetDevice> movingDevices() {
            return netDevices == null ? Map.of() : netDevices;
        }

        Linux with(Resources limits) {
            return with(devices, resources == null ? limits : resources.with(limits));
        }

        /// With those in place of its own.
        public Linux with(List<Device> nodes, Resources limits) {
            return with(nodes, limits, intelRdt, movingDevices());
        }

        /// With those in place of its own.
        public Linux with(
                List<Device> nodes, Resources limits, @Nullable IntelRdt group, Map<String, NetDevice> interfaces) {
            return new Linux(
                    uidMappings,
                    gidMappings,
                    sysctl,
                    limits,
                    cgroupsPath,
                    namespaces,
                    nodes,
                    seccomp,
                    rootfsPropagation,
                    maskedPaths,
                    readonlyPaths,
                    mountLabel,
                    group,
                    interfaces,
                    memoryPolicy);
        }
    }

    /// @param path of a namespace to join; empty or null: a new one
    @Json
    public record Namespace(String type, @Nullable String path) {}

    @Json
    public record Device(
            String path,
            String type,
            long major,
            long minor,
            @Nullable Integer fileMode,
            @Nullable Long uid,
            @Nullable Long gid) {}

    @Json
    public record Resources(
            List<DeviceRule> devices,
            @Nullable Memory memory,
            @Nullable Cpu cpu,
            @Nullable Pids pids,
            @Nullable BlockIo blockIO,
            List<HugepageLimit> hugepageLimits,
            Map<String, String> unified) {
        private static final JsonType<Resources> JSON = Jsonb.builder()
                .serializeNulls(false)
                .serializeEmpty(false)
                .build()
                .type(Resources.class);

        private static final JsonType<Older> OLDER = Jsonb.builder()
                .serializeNulls(false)
                .serializeEmpty(false)
                .build()
                .type(Older.class);

        public Resources(
                @Nullable List<DeviceRule> devices,
                @Nullable Memory memory,
                @Nullable Cpu cpu,
                @Nullable Pids pids,
                @Nullable BlockIo blockIO,
                @Nullable List<HugepageLimit> hugepageLimits,
                @Nullable Map<String, String> unified) {
            this.devices = list(devices);
            this.memory = memory;
            this.cpu = cpu;
            this.pids = pids;
            this.blockIO = blockIO;
            this.hugepageLimits = list(hugepageLimits);
            this.unified = map(unified);
        }

        /// With those rules for devices.
        public Resources with(List<DeviceRule> rules) {
            return new Resources(rules, memory, cpu, pids, blockIO, hugepageLimits, unified);
        }

        /// With that in place of its own.
        public Resources with(@Nullable BlockIo blocks) {
            return new Resources(devices, memory, cpu, pids, blocks, hugepageLimits, unified);
        }

        /// With that in place of its own.
        public Resources with(@Nullable Cpu processors) {
            return new Resources(devices, memory, processors, pids, blockIO, hugepageLimits, unified);
        }

        Resources with(Resources limits) {
            return new Resources(
                    limits.devices.isEmpty() ? devices : limits.devices,
                    limits.memory == null ? memory : limits.memory,
                    limits.cpu == null ? cpu : limits.cpu,
                    limits.pids == null ? pids : limits.pids,
                    limits.blockIO == null ? blockIO : limits.blockIO,
                    limits.hugepageLimits.isEmpty() ? hugepageLimits : limits.hugepageLimits,
                    limits.unified.isEmpty() ? unified : limits.unified);
        }

        /// For a runtime's `update --resources`. The library writes empty maps, and runc refuses even an empty
        /// `unified` on cgroup v1.
        public String toJson() {
            return unified.isEmpty()
                    ? OLDER.toJson(new Older(devices, memory, cpu, pids, blockIO, hugepageLimits))
                    : JSON.toJson(this);
        }
    }

    /// What cgroup v1 has.
    @Json
    record Older(
            List<DeviceRule> devices,
            @Nullable Memory memory,
            @Nullable Cpu cpu,
            @Nullable Pids pids,
            @Nullable BlockIo blockIO,
            List<HugepageLimit> hugepageLimits) {}

    /// @param type `a`, `b` or `c`
    /// @param major all of them when null, as `minor`
    /// @param access of `rwm`
    @Json
    public record DeviceRule(
            boolean allow,
            @Nullable String type,
            @Nullable Long major,
            @Nullable Long minor,
            @Nullable String access) {}

    /// In bytes; -1 means no limit.
    @Json
    public record Memory(
            @Nullable Long limit,
            @Nullable Long reservation,
            @Nullable Long swap) {}

    /// Quota and period in microseconds.
    @Json
    public record Cpu(
            @Nullable Long shares,
            @Nullable Long quota,
            @Nullable Long period,
            @Nullable String cpus,
            @Nullable String mems) {}

    @Json
    public record Pids(long limit) {}

    @Json
    public record BlockIo(
            @Nullable Integer weight,
            List<WeightDevice> weightDevice,
            List<ThrottleDevice> throttleReadBpsDevice,
            List<ThrottleDevice> throttleWriteBpsDevice,
            List<ThrottleDevice> throttleReadIOPSDevice,
            List<ThrottleDevice> throttleWriteIOPSDevice) {
        public BlockIo(
                @Nullable Integer weight,
                @Nullable List<WeightDevice> weightDevice,
                @Nullable List<ThrottleDevice> throttleReadBpsDevice,
                @Nullable List<ThrottleDevice> throttleWriteBpsDevice,
                @Nullable List<ThrottleDevice> throttleReadIOPSDevice,
                @Nullable List<ThrottleDevice> throttleWriteIOPSDevice) {
            this.weight = weight;
            this.weightDevice = list(weightDevice);
            this.throttleReadBpsDevice = list(throttleReadBpsDevice);
            this.throttleWriteBpsDevice = list(throttleWriteBpsDevice);
            this.throttleReadIOPSDevice = list(throttleReadIOPSDevice);
            this.throttleWriteIOPSDevice = list(throttleWriteIOPSDevice);
        }
    }

    @Json
    public record WeightDevice(long major, long minor, int weight) {}

    /// @param rate bytes or operations a second
    @Json
    public record ThrottleDevice(long major, long minor, long rate) {}

    /// @param pageSize as `2MB`
    @Json
    public record HugepageLimit(String pageSize, long limit) {}

    /// @param listenerPath a socket that the runtime hands a descriptor to, which tells of the calls that are notified
    @Json
    public record Seccomp(
            String defaultAction,
            @Nullable Integer defaultErrnoRet,
            List<String> architectures,
            List<String> flags,
            @Nullable String listenerPath,
            List<Syscall> syscalls) {
        public Seccomp(
                String defaultAction,
                @Nullable Integer defaultErrnoRet,
                @Nullable List<String> architectures,
                @Nullable List<String> flags,
                @Nullable String listenerPath,
                @Nullable List<Syscall> syscalls) {
            this.defaultAction = defaultAction;
            this.defaultErrnoRet = defaultErrnoRet;
            this.architectures = list(architectures);
            this.flags = list(flags);
            this.listenerPath = listenerPath;
            this.syscalls = list(syscalls);
        }
    }

    @Json
    public record Syscall(
            List<String> names, String action, @Nullable Integer errnoRet, List<SyscallArgument> args) {
        public Syscall(
                @Nullable List<String> names,
                String action,
                @Nullable Integer errnoRet,
                @Nullable List<SyscallArgument> args) {
            this.names = list(names);
            this.action = action;
            this.errnoRet = errnoRet;
            this.args = list(args);
        }
    }

    @Json
    public record SyscallArgument(int index, long value, long valueTwo, String op) {}
}
