package dev.carafe.engine.nri;

import dev.carafe.api.nri.CDIDevice;
import dev.carafe.api.nri.Container;
import dev.carafe.api.nri.Hook;
import dev.carafe.api.nri.Hooks;
import dev.carafe.api.nri.HugepageLimit;
import dev.carafe.api.nri.Image;
import dev.carafe.api.nri.LinuxCPU;
import dev.carafe.api.nri.LinuxContainer;
import dev.carafe.api.nri.LinuxDevice;
import dev.carafe.api.nri.LinuxDeviceCgroup;
import dev.carafe.api.nri.LinuxMemory;
import dev.carafe.api.nri.LinuxNamespace;
import dev.carafe.api.nri.LinuxNetDevice;
import dev.carafe.api.nri.LinuxPids;
import dev.carafe.api.nri.LinuxPodSandbox;
import dev.carafe.api.nri.LinuxRdt;
import dev.carafe.api.nri.LinuxResources;
import dev.carafe.api.nri.LinuxSeccomp;
import dev.carafe.api.nri.LinuxSeccompArg;
import dev.carafe.api.nri.LinuxSyscall;
import dev.carafe.api.nri.Mount;
import dev.carafe.api.nri.OptionalBool;
import dev.carafe.api.nri.OptionalRepeatedString;
import dev.carafe.api.nri.OptionalString;
import dev.carafe.api.nri.OptionalUInt32;
import dev.carafe.api.nri.POSIXRlimit;
import dev.carafe.api.nri.PodSandbox;
import dev.carafe.api.nri.SecurityProfile;
import dev.carafe.api.nri.User;
import dev.carafe.engine.CriTime;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.ContainerState;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.PodState;
import dev.carafe.linux.NamespaceKind;
import dev.carafe.oci.IntelRdt;
import dev.carafe.oci.RuntimeSpec;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Pods and containers as NRI shows them.
final class NriViews {
    private NriViews() {}

    static PodSandbox pod(PodRecord pod) {
        var config = pod.config();
        var view = PodSandbox.newBuilder()
                .setId(pod.id().value())
                .setName(config.getMetadata().getName())
                .setUid(config.getMetadata().getUid())
                .setNamespace(config.getMetadata().getNamespace())
                .putAllLabels(config.getLabelsMap())
                .putAllAnnotations(config.getAnnotationsMap())
                .setRuntimeHandler(pod.handler())
                .setPid(pod.place().process().pid());
        if (pod.state() instanceof PodState.Ready(var addresses)) {
            view.addAllIps(addresses);
        }
        var linux = LinuxPodSandbox.newBuilder().setCgroupParent(pod.place().cgroup());
        if (config.getLinux().hasOverhead()) {
            linux.setPodOverhead(Limits.toNri(config.getLinux().getOverhead()));
        }
        if (config.getLinux().hasResources()) {
            linux.setPodResources(Limits.toNri(config.getLinux().getResources()));
        }
        pod.place()
                .namespaces()
                .forEach((kind, path) -> linux.addNamespaces(
                        LinuxNamespace.newBuilder().setType(type(kind)).setPath(path.toString())));
        return view.setLinux(linux).build();
    }

    private static String type(NamespaceKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    static Container container(ContainerRecord container, RuntimeSpec spec) {
        var config = container.config();
        var user = spec.process().user();
        var view = Container.newBuilder()
                .setId(container.id().value())
                .setPodSandboxId(container.pod().value())
                .setName(config.getMetadata().getName())
                .putAllLabels(config.getLabelsMap())
                .putAllAnnotations(spec.annotations())
                .addAllArgs(spec.process().args())
                .addAllEnv(spec.process().env())
                .setLinux(linux(container, spec))
                .setPid(container.making().process().pid())
                .setCreatedAt(CriTime.nanos(container.createdAt()))
                .setUser(User.newBuilder()
                        .setUid((int) user.uid())
                        .setGid((int) user.gid())
                        .addAllAdditionalGids(user.additionalGids().stream()
                                .map(Long::intValue)
                                .toList()))
                .setImage(Image.newBuilder()
                        .setName(config.getImage().getImage())
                        .setDigest(digest(container.making().imageRef()))
                        .setConfigDigest(container.making().imageId()));
        spec.mounts().forEach(mount -> view.addMounts(mount(mount)));
        if (spec.hooks() != null) {
            view.setHooks(hooks(spec.hooks()));
        }
        for (var limit : spec.process().rlimits()) {
            view.addRlimits(POSIXRlimit.newBuilder()
                    .setType(limit.type())
                    .setHard(limit.hard().longValue())
                    .setSoft(limit.soft().longValue()));
        }
        config.getCDIDevicesList()
                .forEach(device -> view.addCdiDevices(CDIDevice.newBuilder().setName(device.getName())));
        addState(view, container.state());
        return view.build();
    }

    /// `NAME@sha256:…`
    private static String digest(String reference) {
        return reference.substring(reference.indexOf('@') + 1);
    }

    private static void addState(Container.Builder view, ContainerState state) {
        switch (state) {
            case ContainerState.Creating() -> view.setState(dev.carafe.api.nri.ContainerState.CONTAINER_UNKNOWN);
            case ContainerState.Created() -> view.setState(dev.carafe.api.nri.ContainerState.CONTAINER_CREATED);
            case ContainerState.Running(var startedAt) ->
                view.setState(dev.carafe.api.nri.ContainerState.CONTAINER_RUNNING)
                        .setStartedAt(CriTime.nanos(startedAt));
            case ContainerState.Exited(var startedAt, var finishedAt, var code, var reason) ->
                view.setState(dev.carafe.api.nri.ContainerState.CONTAINER_STOPPED)
                        .setStartedAt(CriTime.nanos(startedAt))
                        .setFinishedAt(CriTime.nanos(finishedAt))
                        .setExitCode(code)
                        .setStatusReason(reason);
        }
    }

    private static Mount mount(RuntimeSpec.Mount mount) {
        return Mount.newBuilder()
                .setDestination(mount.destination())
                .setType(text(mount.type()))
                .setSource(text(mount.source()))
                .addAllOptions(mount.options())
                .build();
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static Hooks hooks(RuntimeSpec.Hooks hooks) {
        return Hooks.newBuilder()
                .addAllPrestart(hooks(hooks.prestart()))
                .addAllCreateRuntime(hooks(hooks.createRuntime()))
                .addAllCreateContainer(hooks(hooks.createContainer()))
                .addAllStartContainer(hooks(hooks.startContainer()))
                .addAllPoststart(hooks(hooks.poststart()))
                .addAllPoststop(hooks(hooks.poststop()))
                .build();
    }

    private static List<Hook> hooks(List<RuntimeSpec.Hook> hooks) {
        return hooks.stream()
                .map(hook -> {
                    var view = Hook.newBuilder()
                            .setPath(hook.path())
                            .addAllArgs(hook.args())
                            .addAllEnv(hook.env());
                    if (hook.timeout() != null) {
                        view.setTimeout(Limits.signed(hook.timeout()));
                    }
                    return view.build();
                })
                .toList();
    }

    private static LinuxContainer linux(ContainerRecord container, RuntimeSpec spec) {
        var linux = spec.linux();
        var view = LinuxContainer.newBuilder()
                .setCgroupsPath(text(linux.cgroupsPath()))
                .putAllSysctl(linux.sysctl());
        for (var namespace : linux.namespaces()) {
            view.addNamespaces(
                    LinuxNamespace.newBuilder().setType(namespace.type()).setPath(text(namespace.path())));
        }
        linux.devices().forEach(device -> view.addDevices(device(device)));
        if (linux.resources() != null) {
            view.setResources(resources(linux.resources()));
        }
        if (spec.process().oomScoreAdj() != null) {
            view.setOomScoreAdj(Limits.signed(spec.process().oomScoreAdj()));
        }
        profile(container, view);
        linux.movingDevices()
                .forEach((host, device) -> view.putNetDevices(
                        host,
                        LinuxNetDevice.newBuilder().setName(text(device.name())).build()));
        if (linux.intelRdt() != null) {
            view.setRdt(rdt(linux.intelRdt()));
        }
        if (linux.seccomp() != null) {
            view.setSeccompPolicy(seccomp(linux.seccomp()));
        }
        return view.build();
    }

    private static LinuxRdt rdt(IntelRdt group) {
        var view = LinuxRdt.newBuilder();
        if (group.closId() != null) {
            view.setClosId(OptionalString.newBuilder().setValue(group.closId()));
        }
        if (!group.schemata().isEmpty()) {
            view.setSchemata(OptionalRepeatedString.newBuilder().addAllValue(group.schemata()));
        }
        if (group.enableMonitoring() != null) {
            view.setEnableMonitoring(OptionalBool.newBuilder().setValue(group.enableMonitoring()));
        }
        return view.build();
    }

    private static void profile(ContainerRecord container, LinuxContainer.Builder view) {
        var context = container.config().getLinux().getSecurityContext();
        if (context.hasSeccomp()) {
            view.setSeccompProfile(SecurityProfile.newBuilder()
                    .setProfileTypeValue(context.getSeccomp().getProfileTypeValue())
                    .setLocalhostRef(context.getSeccomp().getLocalhostRef()));
        }
    }

    private static LinuxDevice device(RuntimeSpec.Device device) {
        var view = LinuxDevice.newBuilder()
                .setPath(device.path())
                .setType(device.type())
                .setMajor(device.major())
                .setMinor(device.minor());
        if (device.fileMode() != null) {
            view.setFileMode(number(device.fileMode()));
        }
        if (device.uid() != null) {
            view.setUid(number(device.uid()));
        }
        if (device.gid() != null) {
            view.setGid(number(device.gid()));
        }
        return view.build();
    }

    private static OptionalUInt32 number(long value) {
        return OptionalUInt32.newBuilder().setValue((int) value).build();
    }

    private static LinuxResources resources(RuntimeSpec.Resources resources) {
        var view = LinuxResources.newBuilder().putAllUnified(resources.unified());
        if (resources.memory() != null) {
            view.setMemory(memory(resources.memory()));
        }
        if (resources.cpu() != null) {
            view.setCpu(cpu(resources.cpu()));
        }
        if (resources.pids() != null) {
            view.setPids(LinuxPids.newBuilder().setLimit(resources.pids().limit()));
        }
        for (var limit : resources.hugepageLimits()) {
            view.addHugepageLimits(
                    HugepageLimit.newBuilder().setPageSize(limit.pageSize()).setLimit(limit.limit()));
        }
        resources.devices().forEach(rule -> view.addDevices(rule(rule)));
        return view.build();
    }

    private static LinuxMemory memory(RuntimeSpec.Memory memory) {
        var view = LinuxMemory.newBuilder();
        if (memory.limit() != null) {
            view.setLimit(Limits.signed(memory.limit()));
        }
        if (memory.reservation() != null) {
            view.setReservation(Limits.signed(memory.reservation()));
        }
        if (memory.swap() != null) {
            view.setSwap(Limits.signed(memory.swap()));
        }
        return view.build();
    }

    private static LinuxCPU cpu(RuntimeSpec.Cpu cpu) {
        var view = LinuxCPU.newBuilder().setCpus(text(cpu.cpus())).setMems(text(cpu.mems()));
        if (cpu.shares() != null) {
            view.setShares(Limits.unsigned(cpu.shares()));
        }
        if (cpu.quota() != null) {
            view.setQuota(Limits.signed(cpu.quota()));
        }
        if (cpu.period() != null) {
            view.setPeriod(Limits.unsigned(cpu.period()));
        }
        return view.build();
    }

    private static LinuxDeviceCgroup rule(RuntimeSpec.DeviceRule rule) {
        var view = LinuxDeviceCgroup.newBuilder()
                .setAllow(rule.allow())
                .setType(text(rule.type()))
                .setAccess(text(rule.access()));
        if (rule.major() != null) {
            view.setMajor(Limits.signed(rule.major()));
        }
        if (rule.minor() != null) {
            view.setMinor(Limits.signed(rule.minor()));
        }
        return view.build();
    }

    private static LinuxSeccomp seccomp(RuntimeSpec.Seccomp seccomp) {
        var view = LinuxSeccomp.newBuilder()
                .setDefaultAction(seccomp.defaultAction())
                .addAllArchitectures(seccomp.architectures())
                .addAllFlags(seccomp.flags())
                .setListenerPath(text(seccomp.listenerPath()));
        if (seccomp.defaultErrnoRet() != null) {
            view.setDefaultErrno(number(seccomp.defaultErrnoRet()));
        }
        for (var call : seccomp.syscalls()) {
            var rule = LinuxSyscall.newBuilder().addAllNames(call.names()).setAction(call.action());
            if (call.errnoRet() != null) {
                rule.setErrnoRet(number(call.errnoRet()));
            }
            for (var argument : call.args()) {
                rule.addArgs(LinuxSeccompArg.newBuilder()
                        .setIndex(argument.index())
                        .setValue(argument.value())
                        .setValueTwo(argument.valueTwo())
                        .setOp(argument.op()));
            }
            view.addSyscalls(rule);
        }
        return view.build();
    }
}
