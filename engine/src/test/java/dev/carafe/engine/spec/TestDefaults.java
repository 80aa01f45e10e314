package dev.carafe.engine.spec;

import dev.carafe.engine.rdt.RdtFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// CRI-O's defaults, until a test changes one.
final class TestDefaults {
    private static final ContainerAdditions CRIO = ContainerAdditions.crio(Map.of());

    List<String> capabilities = ContainerDefaults.crio(Map.of()).capabilities();
    boolean addInheritableCapabilities;
    List<String> environment = List.of();
    List<String> ulimits = List.of();
    long pidsLimit = -1;
    boolean readOnly;
    String seccompProfile = "";
    String privilegedSeccompProfile = "";
    String apparmorProfile = "crio-default";
    List<String> additionalDevices = List.of();
    boolean deviceOwnershipFromSecurityContext;
    List<String> absentMountSourcesToReject = List.of();
    ImageVolumes imageVolumes = ImageVolumes.MKDIR;
    long logSizeMaxBytes = -1;
    List<Path> hooksDirectories = CRIO.hooksDirectories();
    List<Path> cdiDirectories = CRIO.cdiDirectories();
    String timezone = "";
    List<String> allowedDevices = CRIO.allowedDevices();
    HandlerRules rules = HandlerRules.NONE;
    NodeMounts mounts = new NodeMounts(List.of(), NodeMounts.NO_PREFIX);
    List<Workload> workloads = List.of();
    long leastGomaxprocs;
    SelinuxSettings selinux = SelinuxSettings.CRIO;
    String blockIoClasses = "";
    Optional<RdtFile> rdt = Optional.empty();

    /// The handler of all tests has the empty name.
    private ContainerAdditions additions() {
        return new ContainerAdditions(
                hooksDirectories,
                cdiDirectories,
                timezone,
                allowedDevices,
                Map.of("", rules),
                mounts,
                workloads,
                leastGomaxprocs,
                selinux,
                blockIoClasses,
                rdt);
    }

    ContainerDefaults build() {
        return new ContainerDefaults(
                capabilities,
                addInheritableCapabilities,
                environment,
                Map.of(),
                ulimits,
                pidsLimit,
                readOnly,
                seccompProfile,
                privilegedSeccompProfile,
                apparmorProfile,
                additionalDevices,
                deviceOwnershipFromSecurityContext,
                absentMountSourcesToReject,
                imageVolumes,
                logSizeMaxBytes,
                additions());
    }
}
