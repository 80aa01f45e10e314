package dev.carafe.nri;

import dev.carafe.api.nri.Container;
import dev.carafe.api.nri.ContainerAdjustment;
import dev.carafe.api.nri.Field;
import dev.carafe.api.nri.Hooks;
import dev.carafe.api.nri.LinuxContainerAdjustment;
import dev.carafe.api.nri.LinuxNetDevice;
import dev.carafe.api.nri.LinuxRdt;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/// What plugins, one after the other, make of a container that is being created: each sees what those before it made.
/// A plugin may only set what another has set when it takes that away first. For one thread.
final class Adjustments {
    private final Container.Builder container;
    private final ContainerAdjustment.Builder all = ContainerAdjustment.newBuilder();
    private final Owners owners;

    Adjustments(Container container, Owners owners) {
        this.container = container.toBuilder();
        this.owners = owners;
    }

    /// As the next plugin sees it.
    Container container() {
        return container.build();
    }

    ContainerAdjustment adjustment() {
        return all.build();
    }

    /// @throws PluginException when another plugin has set the same
    void add(String plugin, ContainerAdjustment wanted) throws PluginException {
        addEntries(
                plugin,
                Field.ANNOTATIONS,
                wanted.getAnnotationsMap(),
                new Entries<>(
                        "",
                        all::putAnnotations,
                        all::removeAnnotations,
                        container::putAnnotations,
                        container::removeAnnotations));
        addMounts(plugin, wanted);
        addEnvironment(plugin, wanted);
        addArguments(plugin, wanted.getArgsList());
        addHooks(plugin, wanted.getHooks());
        if (wanted.hasLinux()) {
            addLinux(plugin, wanted.getLinux());
        }
        for (var limit : wanted.getRlimitsList()) {
            owners.claim(id(), Field.RLIMITS, limit.getType(), plugin);
            all.addRlimits(limit);
            container.addRlimits(limit);
        }
        for (var device : wanted.getCdiDevicesList()) {
            owners.claim(id(), Field.CDI_DEVICES, device.getName(), plugin);
            all.addCdiDevices(device);
        }
    }

    private String id() {
        return container.getId();
    }

    /// A map in the adjustment and the same in the container.
    ///
    /// @param nothing what stands under a key that is taken away
    private record Entries<T>(
            T nothing,
            BiConsumer<String, T> put,
            Consumer<String> remove,
            BiConsumer<String, T> putInContainer,
            Consumer<String> removeFromContainer) {}

    private <T> void addEntries(String plugin, Field field, Map<String, T> wanted, Entries<T> entries)
            throws PluginException {
        for (var key : wanted.keySet()) {
            if (Removal.isMarked(key)) {
                owners.clear(id(), field, Removal.unmarked(key));
                entries.remove.accept(Removal.unmarked(key));
                entries.removeFromContainer.accept(Removal.unmarked(key));
                entries.put.accept(key, entries.nothing);
            }
        }
        for (var entry : wanted.entrySet()) {
            var key = entry.getKey();
            if (!Removal.isMarked(key)) {
                owners.claim(id(), field, key, plugin);
                entries.remove.accept(Removal.marked(key));
                entries.put.accept(key, entry.getValue());
                entries.putInContainer.accept(key, entry.getValue());
            }
        }
    }

    /// What of a list stays beside what is added under the same keys, or takes keys away.
    private <T> List<T> without(List<T> there, Set<String> keys, Function<T, String> key) {
        return there.stream().filter(one -> !keys.contains(key.apply(one))).toList();
    }

    /// Claims what is added and lets go of what is taken away.
    ///
    /// @return the keys of both, without marks
    private <T> Set<String> claim(String plugin, Field field, List<T> wanted, Function<T, String> key)
            throws PluginException {
        var keys = new HashSet<String>();
        for (var one : wanted) {
            if (Removal.isMarked(key.apply(one))) {
                owners.clear(id(), field, Removal.unmarked(key.apply(one)));
            }
            keys.add(Removal.unmarked(key.apply(one)));
        }
        for (var one : wanted) {
            if (!Removal.isMarked(key.apply(one))) {
                owners.claim(id(), field, key.apply(one), plugin);
            }
        }
        return keys;
    }

    /// What takes away goes where something is added under its key: that replaces as well.
    private static <T> List<T> effective(List<T> wanted, Function<T, String> key) {
        var added = new HashSet<String>();
        wanted.stream().map(key).filter(k -> !Removal.isMarked(k)).forEach(added::add);
        return wanted.stream()
                .filter(one -> !Removal.isMarked(key.apply(one)) || !added.contains(Removal.unmarked(key.apply(one))))
                .toList();
    }

    private static <T> List<T> added(List<T> wanted, Function<T, String> key) {
        return wanted.stream().filter(one -> !Removal.isMarked(key.apply(one))).toList();
    }

    private void addMounts(String plugin, ContainerAdjustment wanted) throws PluginException {
        Function<dev.carafe.api.nri.Mount, String> key = dev.carafe.api.nri.Mount::getDestination;
        var mounts = wanted.getMountsList();
        var keys = claim(plugin, Field.MOUNTS, mounts, key);
        var kept = without(all.getMountsList(), keys, m -> Removal.unmarked(m.getDestination()));
        all.clearMounts().addAllMounts(kept).addAllMounts(effective(mounts, key));
        var there = without(container.getMountsList(), keys, key);
        container.clearMounts().addAllMounts(there).addAllMounts(added(mounts, key));
    }

    private void addEnvironment(String plugin, ContainerAdjustment wanted) throws PluginException {
        Function<dev.carafe.api.nri.KeyValue, String> key = dev.carafe.api.nri.KeyValue::getKey;
        var variables = wanted.getEnvList();
        var keys = claim(plugin, Field.ENV, variables, key);
        var kept = without(all.getEnvList(), keys, v -> Removal.unmarked(v.getKey()));
        all.clearEnv().addAllEnv(kept).addAllEnv(effective(variables, key));
        var there = without(List.copyOf(container.getEnvList()), keys, v -> v.split("=", 2)[0]);
        container.clearEnv().addAllEnv(there);
        added(variables, key).forEach(v -> container.addEnv(v.getKey() + "=" + v.getValue()));
    }

    private void addArguments(String plugin, List<String> wanted) throws PluginException {
        if (wanted.isEmpty()) {
            return;
        }
        var replaces = wanted.getFirst().isEmpty();
        if (replaces) {
            owners.clear(id(), Field.ARGS);
        }
        owners.claim(id(), Field.ARGS, plugin);
        var arguments = replaces ? wanted.subList(1, wanted.size()) : wanted;
        all.clearArgs().addAllArgs(arguments);
        container.clearArgs().addAllArgs(arguments);
    }

    /// Several plugins may add some.
    private void addHooks(String plugin, Hooks wanted) {
        if (wanted.getAllFields().isEmpty()) {
            return;
        }
        owners.join(id(), Field.OCI_HOOKS, plugin);
        all.getHooksBuilder().mergeFrom(wanted);
        container.getHooksBuilder().mergeFrom(wanted);
    }

    private void addLinux(String plugin, LinuxContainerAdjustment wanted) throws PluginException {
        var linux = all.getLinuxBuilder();
        var seen = container.getLinuxBuilder();
        addDevices(plugin, wanted);
        if (wanted.hasResources()) {
            new ClaimedLimits(owners, id(), plugin).claim(wanted.getResources());
            linux.setResources(ClaimedLimits.over(linux.getResources(), wanted.getResources()));
            seen.setResources(ClaimedLimits.over(seen.getResources(), wanted.getResources()));
        }
        if (!wanted.getCgroupsPath().isEmpty()) {
            owners.claim(id(), Field.CGROUPS_PATH, plugin);
            linux.setCgroupsPath(wanted.getCgroupsPath());
            seen.setCgroupsPath(wanted.getCgroupsPath());
        }
        if (wanted.hasOomScoreAdj()) {
            owners.claim(id(), Field.OOM_SCORE_ADJ, plugin);
            linux.setOomScoreAdj(wanted.getOomScoreAdj());
            seen.setOomScoreAdj(wanted.getOomScoreAdj());
        }
        if (wanted.hasIoPriority()) {
            owners.claim(id(), Field.IO_PRIORITY, plugin);
            linux.setIoPriority(wanted.getIoPriority());
            seen.setIoPriority(wanted.getIoPriority());
        }
        if (wanted.hasSeccompPolicy()) {
            owners.claim(id(), Field.SECCOMP_POLICY, plugin);
            linux.setSeccompPolicy(wanted.getSeccompPolicy());
            seen.setSeccompPolicy(wanted.getSeccompPolicy());
        }
        addNamespaces(plugin, wanted);
        addEntries(
                plugin,
                Field.SYSCTL,
                wanted.getSysctlMap(),
                new Entries<>("", linux::putSysctl, linux::removeSysctl, seen::putSysctl, seen::removeSysctl));
        addRare(plugin, wanted);
    }

    private void addDevices(String plugin, LinuxContainerAdjustment wanted) throws PluginException {
        Function<dev.carafe.api.nri.LinuxDevice, String> key = dev.carafe.api.nri.LinuxDevice::getPath;
        var devices = wanted.getDevicesList();
        var keys = claim(plugin, Field.DEVICES, devices, key);
        var linux = all.getLinuxBuilder();
        var kept = without(linux.getDevicesList(), keys, d -> Removal.unmarked(d.getPath()));
        linux.clearDevices().addAllDevices(kept).addAllDevices(effective(devices, key));
        var seen = container.getLinuxBuilder();
        var there = without(seen.getDevicesList(), keys, key);
        seen.clearDevices().addAllDevices(there).addAllDevices(added(devices, key));
    }

    /// Also one that is taken away is claimed.
    private void addNamespaces(String plugin, LinuxContainerAdjustment wanted) throws PluginException {
        var seen = container.getLinuxBuilder();
        for (var namespace : wanted.getNamespacesList()) {
            var type = Removal.unmarked(namespace.getType());
            owners.claim(id(), Field.NAMESPACE, type, plugin);
            all.getLinuxBuilder().addNamespaces(namespace);
            var others = without(seen.getNamespacesList(), Set.of(type), dev.carafe.api.nri.LinuxNamespace::getType);
            seen.clearNamespaces().addAllNamespaces(others);
            if (!Removal.isMarked(namespace.getType())) {
                seen.addNamespaces(namespace);
            }
        }
    }

    private void addRare(String plugin, LinuxContainerAdjustment wanted) throws PluginException {
        var linux = all.getLinuxBuilder();
        var seen = container.getLinuxBuilder();
        addEntries(
                plugin,
                Field.LINUX_NET_DEVICES,
                wanted.getNetDevicesMap(),
                new Entries<>(
                        LinuxNetDevice.getDefaultInstance(),
                        linux::putNetDevices,
                        linux::removeNetDevices,
                        seen::putNetDevices,
                        seen::removeNetDevices));
        if (wanted.hasScheduler()) {
            owners.claim(id(), Field.LINUX_SCHEDULER, plugin);
            linux.setScheduler(wanted.getScheduler());
            seen.setScheduler(wanted.getScheduler());
        }
        addRdt(plugin, wanted.getRdt());
        if (wanted.hasMemoryPolicy()) {
            owners.claim(id(), Field.MEMORY_POLICY, plugin);
            linux.setMemoryPolicy(wanted.getMemoryPolicy());
        }
    }

    /// Who takes the group away lets go of what plugins before have said of it.
    private void addRdt(String plugin, LinuxRdt wanted) throws PluginException {
        var linux = all.getLinuxBuilder();
        var seen = container.getLinuxBuilder();
        if (wanted.getRemove()) {
            for (var field : List.of(Field.RDT_CLOS_ID, Field.RDT_SCHEMATA, Field.RDT_ENABLE_MONITORING)) {
                owners.clear(id(), field);
            }
            linux.setRdt(LinuxRdt.newBuilder().setRemove(true));
            seen.clearRdt();
        }
        if (wanted.hasClosId()) {
            owners.claim(id(), Field.RDT_CLOS_ID, plugin);
            linux.getRdtBuilder().setClosId(wanted.getClosId());
            seen.getRdtBuilder().setClosId(wanted.getClosId());
        }
        if (wanted.hasSchemata()) {
            owners.claim(id(), Field.RDT_SCHEMATA, plugin);
            linux.getRdtBuilder().setSchemata(wanted.getSchemata());
            seen.getRdtBuilder().setSchemata(wanted.getSchemata());
        }
        if (wanted.hasEnableMonitoring()) {
            owners.claim(id(), Field.RDT_ENABLE_MONITORING, plugin);
            linux.getRdtBuilder().setEnableMonitoring(wanted.getEnableMonitoring());
            seen.getRdtBuilder().setEnableMonitoring(wanted.getEnableMonitoring());
        }
    }
}
