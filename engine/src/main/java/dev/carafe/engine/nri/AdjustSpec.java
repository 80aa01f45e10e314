package dev.carafe.engine.nri;

import dev.carafe.api.nri.ContainerAdjustment;
import dev.carafe.api.nri.LinuxContainerAdjustment;
import dev.carafe.api.nri.LinuxDevice;
import dev.carafe.api.nri.LinuxResources;
import dev.carafe.api.nri.LinuxSeccomp;
import dev.carafe.api.nri.Mount;
import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.edit.StagedHooks;
import dev.carafe.engine.spec.Annotations;
import dev.carafe.engine.spec.HandlerRules;
import dev.carafe.engine.spec.SpecBuilder;
import dev.carafe.engine.spec.Sysctls;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.nri.Removal;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What plugins adjust of a container, in its runtime spec. For one thread.
final class AdjustSpec {
    private static final String RELABEL = "relabel";

    private final SpecBuilder builder;
    private final HandlerRules rules;
    private final PodRecord pod;
    private final ContainerAdjustment wanted;
    private final LinuxContainerAdjustment linux;

    /// @param rules of the pod's handler
    AdjustSpec(SpecBuilder builder, HandlerRules rules, PodRecord pod, ContainerAdjustment wanted) {
        this.builder = builder;
        this.rules = rules;
        this.pod = pod;
        this.wanted = wanted;
        this.linux = wanted.getLinux();
    }

    /// @throws Invalid when it can't be kept by anybody
    /// @throws dev.carafe.engine.Unsupported when it is for what is not built
    RuntimeSpec of(RuntimeSpec spec) throws IOException {
        Limits.refuse(
                !linux.getCgroupsPath().isEmpty()
                        && !linux.getCgroupsPath().equals(spec.linux().cgroupsPath()),
                "cgroups_path");
        var process = process(spec.process());
        var edited = new RuntimeSpec(
                spec.ociVersion(),
                process,
                spec.root(),
                spec.hostname(),
                spec.mounts(),
                hooks(spec.hooks()),
                annotations(spec.annotations()),
                spec.linux());
        // As the reference has it: devices by name first, so that what plugins say themselves is stronger.
        var names = wanted.getCdiDevicesList().stream().map(d -> d.getName()).toList();
        var withDevices = builder.withDevices(edited, names);
        var mounts = wanted.getMountsCount() == 0 ? withDevices.mounts() : mounts(withDevices.mounts());
        return new RuntimeSpec(
                withDevices.ociVersion(),
                withDevices.process(),
                withDevices.root(),
                withDevices.hostname(),
                mounts,
                withDevices.hooks(),
                withDevices.annotations(),
                linux(withDevices.linux(), mounts));
    }

    private RuntimeSpec.Process process(RuntimeSpec.Process process) {
        return new RuntimeSpec.Process(
                process.terminal(),
                process.consoleSize(),
                process.user(),
                wanted.getArgsCount() == 0 ? process.args() : wanted.getArgsList(),
                environment(process.env()),
                process.cwd(),
                process.capabilities(),
                rlimits(process.rlimits()),
                process.noNewPrivileges(),
                process.apparmorProfile(),
                linux.hasOomScoreAdj()
                        ? Integer.valueOf(score(linux.getOomScoreAdj().getValue()))
                        : process.oomScoreAdj(),
                process.selinuxLabel(),
                process.execCPUAffinity(),
                NewerFields.ioPriority(linux, process.ioPriority()),
                NewerFields.scheduler(linux, process.scheduler()));
    }

    private static int score(long score) {
        if (score < -1000 || score > 1000) {
            throw new Invalid("an NRI plugin sets oom_score_adj to " + score + ", which is not of -1000 to 1000");
        }
        return (int) score;
    }

    /// What was there keeps its place.
    private List<String> environment(List<String> there) {
        var variables = new ArrayList<>(there);
        for (var variable : wanted.getEnvList()) {
            var name = Removal.unmarked(variable.getKey());
            if (name.isEmpty() || name.contains("=") || name.indexOf('\0') >= 0) {
                throw new Invalid("an NRI plugin sets a variable that has no name");
            }
            var at = indexOf(variables, name);
            if (Removal.isMarked(variable.getKey())) {
                variables.removeIf(other -> other.startsWith(name + "="));
            } else if (at >= 0) {
                variables.set(at, name + "=" + variable.getValue());
            } else {
                variables.add(name + "=" + variable.getValue());
            }
        }
        return variables;
    }

    private static int indexOf(List<String> variables, String name) {
        for (var i = 0; i < variables.size(); i++) {
            if (variables.get(i).startsWith(name + "=")) {
                return i;
            }
        }
        return -1;
    }

    private List<RuntimeSpec.Rlimit> rlimits(List<RuntimeSpec.Rlimit> there) {
        var limits = new ArrayList<>(there);
        for (var limit : wanted.getRlimitsList()) {
            if (Long.compareUnsigned(limit.getSoft(), limit.getHard()) > 0) {
                throw new Invalid("an NRI plugin sets " + limit.getType() + " with a soft limit above the hard one");
            }
            limits.removeIf(other -> other.type().equals(limit.getType()));
            limits.add(RuntimeSpec.Rlimit.of(limit.getType(), limit.getHard(), limit.getSoft()));
        }
        return limits;
    }

    /// Those that runtimes act on are the handler's to allow, as in requests; there they are left out, here refused.
    private Map<String, String> annotations(Map<String, String> there) {
        var annotations = new TreeMap<>(there);
        wanted.getAnnotationsMap().forEach((key, value) -> {
            var name = Removal.unmarked(key);
            if (name.isEmpty() || !Annotations.mayBeSet(name, rules)) {
                throw new Invalid("an NRI plugin sets the annotation " + name + ", which the handler does not allow");
            }
            if (Removal.isMarked(key)) {
                annotations.remove(name);
            } else {
                annotations.put(name, value);
            }
        });
        return annotations;
    }

    private RuntimeSpec.@Nullable Hooks hooks(RuntimeSpec.@Nullable Hooks there) throws IOException {
        var hooks = new StagedHooks(there);
        var added = wanted.getHooks();
        hooks.addAll(new RuntimeSpec.Hooks(
                hooks(added.getPrestartList()),
                hooks(added.getCreateRuntimeList()),
                hooks(added.getCreateContainerList()),
                hooks(added.getStartContainerList()),
                hooks(added.getPoststartList()),
                hooks(added.getPoststopList())));
        return hooks.forSpec();
    }

    private static List<RuntimeSpec.Hook> hooks(List<dev.carafe.api.nri.Hook> wanted) {
        return wanted.stream()
                .map(hook -> new RuntimeSpec.Hook(
                        hook.getPath(),
                        hook.getArgsList(),
                        hook.getEnvList(),
                        hook.hasTimeout() ? Math.toIntExact(hook.getTimeout().getValue()) : null))
                .toList();
    }

    /// A folder before what is mounted in it.
    private List<RuntimeSpec.Mount> mounts(List<RuntimeSpec.Mount> there) {
        var mounts = new ArrayList<>(there);
        for (var mount : wanted.getMountsList()) {
            var destination = Removal.unmarked(mount.getDestination());
            if (!destination.startsWith("/") || destination.indexOf('\0') >= 0) {
                throw new Invalid("an NRI plugin mounts something at " + destination.replace('\0', '?')
                        + ", which is no absolute path");
            }
            mounts.removeIf(other -> other.destination().equals(destination));
            if (!Removal.isMarked(mount.getDestination())) {
                mounts.add(mount(mount));
            }
        }
        mounts.sort(
                Comparator.comparingInt(mount -> Path.of(mount.destination()).getNameCount()));
        return mounts;
    }

    private static RuntimeSpec.Mount mount(Mount mount) {
        Limits.refuse(mount.getOptionsList().contains(RELABEL), "a mount's option " + RELABEL);
        return new RuntimeSpec.Mount(
                mount.getDestination(),
                mount.getType().isEmpty() ? null : mount.getType(),
                mount.getSource().isEmpty() ? null : mount.getSource(),
                mount.getOptionsList(),
                List.of(),
                List.of());
    }

    private RuntimeSpec.Linux linux(RuntimeSpec.Linux there, List<RuntimeSpec.Mount> mounts) throws IOException {
        return new RuntimeSpec.Linux(
                there.uidMappings(),
                there.gidMappings(),
                sysctls(there.sysctl()),
                resources(there.resources()),
                there.cgroupsPath(),
                namespaces(there.namespaces()),
                devices(there.devices()),
                linux.hasSeccompPolicy() ? seccomp(linux.getSeccompPolicy()) : there.seccomp(),
                propagation(there.rootfsPropagation(), mounts),
                there.maskedPaths(),
                there.readonlyPaths(),
                there.mountLabel(),
                NewerFields.rdt(builder, linux, there.intelRdt()),
                NewerFields.netDevices(linux, there.movingDevices()),
                NewerFields.memoryPolicy(linux, there.memoryPolicy()));
    }

    private Map<String, String> sysctls(Map<String, String> there) {
        var sysctls = new TreeMap<>(there);
        linux.getSysctlMap().forEach((key, value) -> {
            if (Removal.isMarked(key)) {
                sysctls.remove(Removal.unmarked(key));
            } else {
                sysctls.put(key, value);
            }
        });
        var ipc = pod.config()
                .getLinux()
                .getSecurityContext()
                .getNamespaceOptions()
                .getIpc();
        Sysctls.validate(sysctls, !pod.usesHostNetwork(), ipc != NamespaceMode.NODE);
        return sysctls;
    }

    private List<RuntimeSpec.Namespace> namespaces(List<RuntimeSpec.Namespace> there) {
        var namespaces = new ArrayList<>(there);
        for (var namespace : linux.getNamespacesList()) {
            var type = Removal.unmarked(namespace.getType());
            namespaces.removeIf(other -> other.type().equals(type));
            if (!Removal.isMarked(namespace.getType())) {
                namespaces.add(
                        new RuntimeSpec.Namespace(type, namespace.getPath().isEmpty() ? null : namespace.getPath()));
            }
        }
        return namespaces;
    }

    private List<RuntimeSpec.Device> devices(List<RuntimeSpec.Device> there) {
        var devices = new ArrayList<>(there);
        for (var device : linux.getDevicesList()) {
            devices.removeIf(other -> other.path().equals(Removal.unmarked(device.getPath())));
            if (!Removal.isMarked(device.getPath())) {
                devices.add(new RuntimeSpec.Device(
                        device.getPath(),
                        device.getType(),
                        device.getMajor(),
                        device.getMinor(),
                        device.hasFileMode() ? device.getFileMode().getValue() & 07777 : null,
                        device.hasUid() ? Integer.toUnsignedLong(device.getUid().getValue()) : null,
                        device.hasGid() ? Integer.toUnsignedLong(device.getGid().getValue()) : null));
            }
        }
        return devices;
    }

    private RuntimeSpec.Resources resources(RuntimeSpec.@Nullable Resources before) throws IOException {
        var there = before == null ? new RuntimeSpec.Resources(null, null, null, null, null, null, null) : before;
        var wantedLimits = linux.getResources();
        Limits.refuseUnsupported(wantedLimits);
        var asked = Limits.toCri(wantedLimits);
        rules.requireMemory(asked);
        var limits = builder.limits(asked);
        var hugepages = new TreeMap<String, RuntimeSpec.HugepageLimit>();
        there.hugepageLimits().forEach(limit -> hugepages.put(limit.pageSize(), limit));
        limits.hugepageLimits().forEach(limit -> hugepages.put(limit.pageSize(), limit));
        var unified = new TreeMap<>(there.unified());
        unified.putAll(limits.unified());
        return new RuntimeSpec.Resources(
                deviceRules(there.devices()),
                memory(there.memory(), limits.memory(), wantedLimits),
                cpu(there.cpu(), limits.cpu(), wantedLimits),
                wantedLimits.hasPids()
                        ? new RuntimeSpec.Pids(wantedLimits.getPids().getLimit())
                        : there.pids(),
                wantedLimits.hasBlockioClass()
                        ? builder.blockIo(wantedLimits.getBlockioClass().getValue())
                                .orElse(null)
                        : there.blockIO(),
                new ArrayList<>(hugepages.values()),
                unified);
    }

    private List<RuntimeSpec.DeviceRule> deviceRules(List<RuntimeSpec.DeviceRule> there) {
        var rules = new ArrayList<>(there);
        for (var device : linux.getDevicesList()) {
            if (!Removal.isMarked(device.getPath()) && !device.getType().equals("p")) {
                rules.add(new RuntimeSpec.DeviceRule(
                        true, device.getType(), device.getMajor(), device.getMinor(), access(device)));
            }
        }
        for (var rule : linux.getResources().getDevicesList()) {
            rules.add(new RuntimeSpec.DeviceRule(
                    rule.getAllow(),
                    rule.getType().isEmpty() ? null : rule.getType(),
                    rule.hasMajor() ? rule.getMajor().getValue() : null,
                    rule.hasMinor() ? rule.getMinor().getValue() : null,
                    rule.getAccess().isEmpty() ? null : rule.getAccess()));
        }
        return rules;
    }

    private static String access(LinuxDevice device) {
        return device.getType().equals("b") ? "rwm" : "rw";
    }

    private static RuntimeSpec.@Nullable Memory memory(
            RuntimeSpec.@Nullable Memory there, RuntimeSpec.@Nullable Memory limits, LinuxResources wanted) {
        var before = there == null ? new RuntimeSpec.Memory(null, null, null) : there;
        var memory = new RuntimeSpec.Memory(
                limits == null ? before.limit() : limits.limit(),
                wanted.getMemory().hasReservation()
                        ? Long.valueOf(wanted.getMemory().getReservation().getValue())
                        : before.reservation(),
                limits == null ? before.swap() : limits.swap());
        return memory.equals(new RuntimeSpec.Memory(null, null, null)) ? null : memory;
    }

    private static RuntimeSpec.@Nullable Cpu cpu(
            RuntimeSpec.@Nullable Cpu there, RuntimeSpec.@Nullable Cpu limits, LinuxResources wanted) {
        var nothing = new RuntimeSpec.Cpu(null, null, null, null, null);
        var before = there == null ? nothing : there;
        var next = limits == null ? nothing : limits;
        var cpu = new RuntimeSpec.Cpu(
                either(next, before, RuntimeSpec.Cpu::shares),
                wanted.getCpu().getQuota().getValue() < 0 ? null : either(next, before, RuntimeSpec.Cpu::quota),
                either(next, before, RuntimeSpec.Cpu::period),
                either(next, before, RuntimeSpec.Cpu::cpus),
                either(next, before, RuntimeSpec.Cpu::mems));
        return cpu.equals(nothing) ? null : cpu;
    }

    private static <T> @Nullable T either(
            RuntimeSpec.Cpu next, RuntimeSpec.Cpu before, Function<RuntimeSpec.Cpu, @Nullable T> value) {
        var changed = value.apply(next);
        return changed == null ? value.apply(before) : changed;
    }

    private static RuntimeSpec.Seccomp seccomp(LinuxSeccomp policy) {
        Limits.refuse(!policy.getListenerPath().isEmpty(), "seccomp_policy.listener_path");
        return new RuntimeSpec.Seccomp(
                policy.getDefaultAction(),
                policy.hasDefaultErrno() ? policy.getDefaultErrno().getValue() : null,
                policy.getArchitecturesList(),
                policy.getFlagsList(),
                null,
                policy.getSyscallsList().stream()
                        .map(call -> new RuntimeSpec.Syscall(
                                call.getNamesList(),
                                call.getAction(),
                                call.hasErrnoRet() ? call.getErrnoRet().getValue() : null,
                                call.getArgsList().stream()
                                        .map(argument -> new RuntimeSpec.SyscallArgument(
                                                argument.getIndex(),
                                                argument.getValue(),
                                                argument.getValueTwo(),
                                                argument.getOp()))
                                        .toList()))
                        .toList());
    }

    /// The root's mount is as open as the most open of those in it.
    private static @Nullable String propagation(@Nullable String there, List<RuntimeSpec.Mount> mounts) {
        if (mounts.stream().anyMatch(mount -> mount.options().contains("rshared"))) {
            return "rshared";
        }
        var isSlave = mounts.stream().anyMatch(mount -> mount.options().contains("rslave"));
        return isSlave && !"rshared".equals(there) ? "rslave" : there;
    }
}
