package dev.carafe.engine.stats;

import dev.carafe.cri.v1.ContainerAttributes;
import dev.carafe.cri.v1.CpuUsage;
import dev.carafe.cri.v1.FilesystemIdentifier;
import dev.carafe.cri.v1.FilesystemUsage;
import dev.carafe.cri.v1.IoUsage;
import dev.carafe.cri.v1.MemoryUsage;
import dev.carafe.cri.v1.NetworkInterfaceUsage;
import dev.carafe.cri.v1.NetworkUsage;
import dev.carafe.cri.v1.PodSandboxAttributes;
import dev.carafe.cri.v1.ProcessUsage;
import dev.carafe.cri.v1.PsiData;
import dev.carafe.cri.v1.PsiStats;
import dev.carafe.cri.v1.SwapUsage;
import dev.carafe.cri.v1.UInt64Value;
import dev.carafe.engine.CriTime;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.linux.CgroupUsage.Memory;
import dev.carafe.linux.CgroupUsage.Pressure;
import dev.carafe.linux.CgroupUsage.Stall;
import dev.carafe.linux.NetworkCounters;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// Samples as the CRI shows them. What the kernel doesn't count is absent, never zero.
final class StatsViews {
    private static final String LOOPBACK = "lo";

    /// What CNI calls a pod's first interface unless it is told otherwise.
    private static final String FIRST_INTERFACE = "eth0";

    private StatsViews() {}

    static ContainerAttributes attributes(ContainerRecord container) {
        var config = container.config();
        return ContainerAttributes.newBuilder()
                .setId(container.id().value())
                .setMetadata(config.getMetadata())
                .putAllLabels(config.getLabelsMap())
                .putAllAnnotations(config.getAnnotationsMap())
                .build();
    }

    static PodSandboxAttributes attributes(PodRecord pod) {
        var config = pod.config();
        return PodSandboxAttributes.newBuilder()
                .setId(pod.id().value())
                .setMetadata(config.getMetadata())
                .putAllLabels(config.getLabelsMap())
                .putAllAnnotations(config.getAnnotationsMap())
                .build();
    }

    static CpuUsage cpu(Sample sample) {
        var cpu = CpuUsage.newBuilder().setTimestamp(CriTime.nanos(sample.at()));
        sample.usage().cpuNanos().ifPresent(value -> cpu.setUsageCoreNanoSeconds(uint64(value)));
        sample.nanoCores().ifPresent(value -> cpu.setUsageNanoCores(uint64(value)));
        sample.usage().pressures().cpu().ifPresent(pressure -> cpu.setPsi(psi(pressure)));
        return cpu.build();
    }

    static MemoryUsage memory(Sample sample) {
        var memory = MemoryUsage.newBuilder().setTimestamp(CriTime.nanos(sample.at()));
        sample.usage().memory().ifPresent(used -> fill(memory, used));
        sample.usage().pressures().memory().ifPresent(pressure -> memory.setPsi(psi(pressure)));
        return memory.build();
    }

    private static void fill(MemoryUsage.Builder memory, Memory used) {
        memory.setUsageBytes(uint64(used.usedBytes()))
                .setWorkingSetBytes(uint64(used.workingSetBytes()))
                .setRssBytes(uint64(used.rssBytes()))
                .setPageFaults(uint64(used.pageFaults()))
                .setMajorPageFaults(uint64(used.majorPageFaults()));
        used.limitBytes()
                .ifPresent(limit -> memory.setAvailableBytes(uint64(Math.max(0, limit - used.workingSetBytes()))));
    }

    static SwapUsage swap(Sample sample) {
        var swap = SwapUsage.newBuilder().setTimestamp(CriTime.nanos(sample.at()));
        sample.usage().swap().ifPresent(used -> {
            swap.setSwapUsageBytes(uint64(used.usedBytes()));
            used.limitBytes()
                    .ifPresent(limit -> swap.setSwapAvailableBytes(uint64(Math.max(0, limit - used.usedBytes()))));
        });
        return swap.build();
    }

    static IoUsage io(Sample sample) {
        var io = IoUsage.newBuilder().setTimestamp(CriTime.nanos(sample.at()));
        sample.usage().pressures().io().ifPresent(pressure -> io.setPsi(psi(pressure)));
        return io.build();
    }

    static ProcessUsage processes(Sample sample) {
        var processes = ProcessUsage.newBuilder().setTimestamp(CriTime.nanos(sample.at()));
        sample.usage().processes().ifPresent(count -> processes.setProcessCount(uint64(count)));
        return processes.build();
    }

    static FilesystemUsage written(WritableLayers.Written written, Path mountPoint) {
        return FilesystemUsage.newBuilder()
                .setTimestamp(CriTime.nanos(written.at()))
                .setFsId(FilesystemIdentifier.newBuilder().setMountpoint(mountPoint.toString()))
                .setUsedBytes(uint64(written.usage().bytes()))
                .setInodesUsed(uint64(written.usage().inodes()))
                .build();
    }

    static NetworkUsage network(Instant at, List<NetworkCounters> counters) {
        var network = NetworkUsage.newBuilder().setTimestamp(CriTime.nanos(at));
        var interfaces = counters.stream()
                .filter(one -> !one.name().equals(LOOPBACK))
                .map(StatsViews::networkInterface)
                .toList();
        interfaces.stream()
                .filter(one -> one.getName().equals(FIRST_INTERFACE))
                .findFirst()
                .or(() -> interfaces.stream().findFirst())
                .ifPresent(network::setDefaultInterface);
        return network.addAllInterfaces(interfaces).build();
    }

    private static NetworkInterfaceUsage networkInterface(NetworkCounters counters) {
        return NetworkInterfaceUsage.newBuilder()
                .setName(counters.name())
                .setRxBytes(uint64(counters.received().bytes()))
                .setRxErrors(uint64(counters.received().errors()))
                .setTxBytes(uint64(counters.sent().bytes()))
                .setTxErrors(uint64(counters.sent().errors()))
                .build();
    }

    private static PsiStats psi(Pressure pressure) {
        return PsiStats.newBuilder()
                .setSome(psi(pressure.some()))
                .setFull(psi(pressure.full()))
                .build();
    }

    /// The total in the kernel's microseconds, as the peers hand it on and as the kubelet has it of the node.
    private static PsiData psi(Stall stall) {
        return PsiData.newBuilder()
                .setTotal(stall.totalMicros())
                .setAvg10(stall.average10())
                .setAvg60(stall.average60())
                .setAvg300(stall.average300())
                .build();
    }

    private static UInt64Value uint64(long value) {
        return UInt64Value.newBuilder().setValue(value).build();
    }
}
