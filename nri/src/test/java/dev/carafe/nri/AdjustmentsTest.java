package dev.carafe.nri;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.api.nri.Container;
import dev.carafe.api.nri.ContainerAdjustment;
import dev.carafe.api.nri.ContainerUpdate;
import dev.carafe.api.nri.Hook;
import dev.carafe.api.nri.Hooks;
import dev.carafe.api.nri.KeyValue;
import dev.carafe.api.nri.LinuxContainerAdjustment;
import dev.carafe.api.nri.LinuxContainerUpdate;
import dev.carafe.api.nri.LinuxMemory;
import dev.carafe.api.nri.LinuxNetDevice;
import dev.carafe.api.nri.LinuxRdt;
import dev.carafe.api.nri.LinuxResources;
import dev.carafe.api.nri.Mount;
import dev.carafe.api.nri.OptionalBool;
import dev.carafe.api.nri.OptionalInt64;
import dev.carafe.api.nri.OptionalString;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdjustmentsTest {
    private static final Container CONTAINER = Container.newBuilder()
            .setId("c")
            .addEnv("HOME=/")
            .addEnv("MODE=slow")
            .addMounts(Mount.newBuilder().setDestination("/data").setSource("/old"))
            .putAnnotations("note", "old")
            .addArgs("sleep")
            .build();

    private final Owners owners = new Owners();
    private final Adjustments adjustments = new Adjustments(CONTAINER, owners);

    private static ContainerAdjustment env(String key, String value) {
        return ContainerAdjustment.newBuilder()
                .addEnv(KeyValue.newBuilder().setKey(key).setValue(value))
                .build();
    }

    @Test
    void twoPluginsMayNotSetTheSameAndBothAreNamed() throws PluginException {
        adjustments.add("10-a", env("MODE", "fast"));
        var failure = assertThrows(PluginException.class, () -> adjustments.add("20-b", env("MODE", "faster")));
        assertEquals("NRI plugins 10-a and 20-b both set env MODE", failure.getMessage());
        adjustments.add("20-b", env("OTHER", "x"));
    }

    @Test
    void whoTakesAwayWhatAnotherSetMaySetIt() throws PluginException {
        adjustments.add("10-a", env("MODE", "fast"));
        adjustments.add(
                "20-b",
                ContainerAdjustment.newBuilder()
                        .addEnv(KeyValue.newBuilder().setKey("-MODE"))
                        .addEnv(KeyValue.newBuilder().setKey("MODE").setValue("faster"))
                        .build());
        assertEquals(List.of("HOME=/", "MODE=faster"), adjustments.container().getEnvList());
        assertEquals(
                env("MODE", "faster").getEnvList(), adjustments.adjustment().getEnvList());
    }

    private static ContainerAdjustment rdt(LinuxRdt.Builder rdt) {
        return ContainerAdjustment.newBuilder()
                .setLinux(LinuxContainerAdjustment.newBuilder().setRdt(rdt))
                .build();
    }

    private static LinuxRdt.Builder group(String name) {
        return LinuxRdt.newBuilder().setClosId(OptionalString.newBuilder().setValue(name));
    }

    @Test
    void partsOfAGroupOfResctrlHaveAnOwnerEachUntilOneTakesItAway() throws PluginException {
        adjustments.add("10-a", rdt(group("gold")));
        var monitored = LinuxRdt.newBuilder()
                .setEnableMonitoring(OptionalBool.newBuilder().setValue(true));
        adjustments.add("20-b", rdt(monitored));
        assertEquals(
                group("gold")
                        .setEnableMonitoring(monitored.getEnableMonitoring())
                        .build(),
                adjustments.adjustment().getLinux().getRdt());
        var failure = assertThrows(PluginException.class, () -> adjustments.add("30-c", rdt(group("silver"))));
        assertEquals("NRI plugins 10-a and 30-c both set rdt clos id", failure.getMessage());
        adjustments.add("40-d", rdt(group("silver").setRemove(true)));
        assertEquals(
                group("silver").setRemove(true).build(),
                adjustments.adjustment().getLinux().getRdt());
        assertEquals(group("silver").build(), adjustments.container().getLinux().getRdt());
    }

    private static ContainerAdjustment network(Map<String, LinuxNetDevice> devices) {
        return ContainerAdjustment.newBuilder()
                .setLinux(LinuxContainerAdjustment.newBuilder().putAllNetDevices(devices))
                .build();
    }

    @Test
    void aNetworkDeviceHasAnOwnerUntilOneTakesItAway() throws PluginException {
        var first = LinuxNetDevice.newBuilder().setName("a").build();
        var second = LinuxNetDevice.newBuilder().setName("b").build();
        adjustments.add("10-a", network(Map.of("eth1", first)));
        assertThrows(PluginException.class, () -> adjustments.add("20-b", network(Map.of("eth1", second))));
        adjustments.add("20-b", network(Map.of("-eth1", LinuxNetDevice.getDefaultInstance(), "eth1", second)));
        adjustments.add("30-c", network(Map.of("-eth2", LinuxNetDevice.getDefaultInstance())));
        assertEquals(Map.of("eth1", second), adjustments.container().getLinux().getNetDevicesMap());
        assertEquals(
                Map.of("eth1", second, "-eth2", LinuxNetDevice.getDefaultInstance()),
                adjustments.adjustment().getLinux().getNetDevicesMap());
    }

    @Test
    void whatIsTakenAwayStaysTakenAway() throws PluginException {
        var removals = ContainerAdjustment.newBuilder()
                .addEnv(KeyValue.newBuilder().setKey("-MODE"))
                .addMounts(Mount.newBuilder().setDestination("-/data"))
                .putAnnotations("-note", "")
                .build();
        adjustments.add("10-a", removals);
        assertEquals(List.of("HOME=/"), adjustments.container().getEnvList());
        assertEquals(0, adjustments.container().getMountsCount());
        assertEquals(0, adjustments.container().getAnnotationsCount());
        assertEquals(removals.getEnvList(), adjustments.adjustment().getEnvList());
        assertEquals(removals.getMountsList(), adjustments.adjustment().getMountsList());
        assertEquals(removals.getAnnotationsMap(), adjustments.adjustment().getAnnotationsMap());
    }

    @Test
    void aMountReplacesTheOneAtItsPlaceForThePluginsAfterIt() throws PluginException {
        var mount = Mount.newBuilder().setDestination("/data").setSource("/new").build();
        adjustments.add(
                "10-a", ContainerAdjustment.newBuilder().addMounts(mount).build());
        assertEquals(List.of(mount), adjustments.container().getMountsList());
    }

    @Test
    void hooksOfAllPluginsAreKeptAndTheirOwnersNoted() throws PluginException {
        for (var plugin : List.of("10-a", "20-b")) {
            adjustments.add(
                    plugin,
                    ContainerAdjustment.newBuilder()
                            .setHooks(Hooks.newBuilder()
                                    .addPoststop(Hook.newBuilder().setPath("/" + plugin)))
                            .build());
        }
        assertEquals(2, adjustments.adjustment().getHooks().getPoststopCount());
        assertTrue(owners.toMessage().toString().contains("10-a,20-b"));
    }

    @Test
    void argumentsAreSetByOnePluginUnlessTheNextReplacesThem() throws PluginException {
        adjustments.add("10-a", ContainerAdjustment.newBuilder().addArgs("cat").build());
        var second = ContainerAdjustment.newBuilder().addArgs("tail").build();
        assertThrows(PluginException.class, () -> adjustments.add("20-b", second));
        adjustments.add(
                "20-b",
                ContainerAdjustment.newBuilder().addArgs("").addArgs("tail").build());
        assertEquals(List.of("tail"), adjustments.container().getArgsList());
    }

    private static ContainerAdjustment memory(long limit) {
        return ContainerAdjustment.newBuilder()
                .setLinux(LinuxContainerAdjustment.newBuilder().setResources(limits(limit)))
                .build();
    }

    private static LinuxResources limits(long memory) {
        return LinuxResources.newBuilder()
                .setMemory(LinuxMemory.newBuilder()
                        .setLimit(OptionalInt64.newBuilder().setValue(memory)))
                .build();
    }

    @Test
    void eachLimitHasOneOwner() throws PluginException {
        adjustments.add("10-a", memory(1 << 30));
        var failure = assertThrows(PluginException.class, () -> adjustments.add("20-b", memory(1)));
        assertEquals("NRI plugins 10-a and 20-b both set mem limit", failure.getMessage());
        adjustments.add("10-a", memory(0));
        assertTrue(
                adjustments.adjustment().getLinux().getResources().getMemory().hasLimit());
        assertEquals(
                0,
                adjustments
                        .adjustment()
                        .getLinux()
                        .getResources()
                        .getMemory()
                        .getLimit()
                        .getValue());
    }

    private static ContainerUpdate update(String container, long memory, boolean ignoreFailure) {
        return ContainerUpdate.newBuilder()
                .setContainerId(container)
                .setIgnoreFailure(ignoreFailure)
                .setLinux(LinuxContainerUpdate.newBuilder().setResources(limits(memory)))
                .build();
    }

    @Test
    void updatesOfOthersAreHeldToOneOwnerTooButForThoseThatMayFail() throws PluginException {
        var updates = new Updates(owners, "c");
        updates.add("10-a", List.of(update("other", 100, false)), List.of());
        updates.add("20-b", List.of(update("other", 200, true)), List.of());
        assertEquals(List.of(update("other", 100, false)), updates.wishes().updates());
        assertThrows(PluginException.class, () -> updates.add("20-b", List.of(update("other", 200, false)), List.of()));
        assertThrows(PluginException.class, () -> updates.add("20-b", List.of(update("c", 1, false)), List.of()));
    }
}
