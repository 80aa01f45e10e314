package dev.carafe.engine.nri;

import dev.carafe.api.nri.IOPrioClass;
import dev.carafe.api.nri.LinuxContainerAdjustment;
import dev.carafe.api.nri.LinuxSchedulerPolicy;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.rdt.RdtClass;
import dev.carafe.engine.spec.SpecBuilder;
import dev.carafe.nri.Removal;
import dev.carafe.oci.IntelRdt;
import dev.carafe.oci.IoPriority;
import dev.carafe.oci.MemoryPolicy;
import dev.carafe.oci.NetDevice;
import dev.carafe.oci.Scheduler;
import java.math.BigInteger;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What plugins ask for of the fields that not all runtimes know.
final class NewerFields {
    private static final IntelRdt NOTHING = new IntelRdt(null, null, null, null, null);

    /// ioprio_set(2)
    private static final int LOWEST_IO_PRIORITY = 7;

    private NewerFields() {}

    /// One of the node's classes, or a group that the plugin names itself, which is stronger.
    ///
    /// @throws Invalid when there is no such class, or it can't be a group
    static @Nullable IntelRdt rdt(SpecBuilder builder, LinuxContainerAdjustment wanted, @Nullable IntelRdt there) {
        var limits = wanted.getResources();
        var ofClass = limits.hasRdtClass()
                ? builder.rdt(limits.getRdtClass().getValue()).orElse(null)
                : there;
        var rdt = wanted.getRdt();
        var kept = rdt.getRemove() ? null : ofClass;
        if (!rdt.hasClosId() && !rdt.hasSchemata() && !rdt.hasEnableMonitoring()) {
            return kept;
        }
        var before = kept == null ? NOTHING : kept;
        var name = rdt.getClosId().getValue();
        if (!name.isEmpty() && !RdtClass.isGroup(name)) {
            throw new Invalid("an NRI plugin sets rdt.clos_id to what is no folder's name");
        }
        var group = new IntelRdt(
                !rdt.hasClosId() ? before.closId() : name.isEmpty() ? null : name,
                before.l3CacheSchema(),
                before.memBwSchema(),
                rdt.hasSchemata() ? rdt.getSchemata().getValueList() : before.schemata(),
                rdt.hasEnableMonitoring()
                        ? Boolean.valueOf(rdt.getEnableMonitoring().getValue())
                        : before.enableMonitoring());
        if (!group.hasWholeLines()) {
            throw new Invalid("an NRI plugin sets rdt.schemata to what is not one line each");
        }
        return group;
    }

    /// The first word of each enumeration means that there is none.
    static @Nullable IoPriority ioPriority(LinuxContainerAdjustment wanted, @Nullable IoPriority there) {
        if (!wanted.hasIoPriority()) {
            return there;
        }
        var asked = wanted.getIoPriority();
        if (asked.getClass_() == IOPrioClass.IOPRIO_CLASS_NONE) {
            return null;
        }
        if (asked.getPriority() < 0 || asked.getPriority() > LOWEST_IO_PRIORITY) {
            throw new Invalid("an NRI plugin sets io_priority to " + asked.getPriority() + ", which is not of 0 to "
                    + LOWEST_IO_PRIORITY);
        }
        return new IoPriority(name("io_priority", asked.getClass_()), asked.getPriority());
    }

    static @Nullable Scheduler scheduler(LinuxContainerAdjustment wanted, @Nullable Scheduler there) {
        if (!wanted.hasScheduler()) {
            return there;
        }
        var asked = wanted.getScheduler();
        if (asked.getPolicy() == LinuxSchedulerPolicy.SCHED_NONE) {
            return null;
        }
        return new Scheduler(
                name("scheduler", asked.getPolicy()),
                asked.getNice() == 0 ? null : asked.getNice(),
                asked.getPriority() == 0 ? null : asked.getPriority(),
                asked.getFlagsList().stream()
                        .map(flag -> name("scheduler", flag))
                        .toList(),
                unsigned(asked.getRuntime()),
                unsigned(asked.getDeadline()),
                unsigned(asked.getPeriod()));
    }

    private static @Nullable BigInteger unsigned(long nanoseconds) {
        return nanoseconds == 0 ? null : new BigInteger(Long.toUnsignedString(nanoseconds));
    }

    static Map<String, NetDevice> netDevices(LinuxContainerAdjustment wanted, Map<String, NetDevice> there) {
        var devices = new TreeMap<>(there);
        wanted.getNetDevicesMap().forEach((key, device) -> {
            var host = Removal.unmarked(key);
            var name = device.getName();
            if (!NetDevice.isName(host) || (!name.isEmpty() && !NetDevice.isName(name))) {
                throw new Invalid("an NRI plugin sets net_devices to what no network device can be called");
            }
            if (Removal.isMarked(key)) {
                devices.remove(host);
            } else {
                devices.put(host, new NetDevice(name.isEmpty() ? null : name));
            }
        });
        return devices;
    }

    static @Nullable MemoryPolicy memoryPolicy(LinuxContainerAdjustment wanted, @Nullable MemoryPolicy there) {
        if (!wanted.hasMemoryPolicy()) {
            return there;
        }
        var asked = wanted.getMemoryPolicy();
        return new MemoryPolicy(
                name("memory_policy", asked.getMode()),
                asked.getNodes().isEmpty() ? null : asked.getNodes(),
                asked.getFlagsList().stream()
                        .map(flag -> name("memory_policy", flag))
                        .toList());
    }

    /// A word of a later version has none here.
    private static String name(String field, Enum<?> word) {
        if (word.name().equals("UNRECOGNIZED")) {
            throw new Invalid("an NRI plugin sets " + field + " to a word that is not known here");
        }
        return word.name();
    }
}
