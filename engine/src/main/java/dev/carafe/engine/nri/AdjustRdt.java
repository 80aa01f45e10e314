package dev.carafe.engine.nri;

import dev.carafe.api.nri.LinuxContainerAdjustment;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.rdt.RdtClass;
import dev.carafe.engine.spec.SpecBuilder;
import dev.carafe.oci.RuntimeSpec;
import org.jspecify.annotations.Nullable;

/// The group of resctrl that plugins ask for: one of the node's classes, or any that they name themselves, which is
/// stronger.
final class AdjustRdt {
    private static final RuntimeSpec.IntelRdt NOTHING = new RuntimeSpec.IntelRdt(null, null, null, null, null);

    private AdjustRdt() {}

    /// @throws Invalid when there is no such class, or it can't be a group
    static RuntimeSpec.@Nullable IntelRdt of(
            SpecBuilder builder, LinuxContainerAdjustment wanted, RuntimeSpec.@Nullable IntelRdt there) {
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
        var group = new RuntimeSpec.IntelRdt(
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
}
