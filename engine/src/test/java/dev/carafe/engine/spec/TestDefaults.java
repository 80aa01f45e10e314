package dev.carafe.engine.spec;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// CRI-O's defaults, until a test changes one.
final class TestDefaults {
    List<String> capabilities = ContainerDefaults.crio().capabilities();
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
    List<Path> hooksDirectories = List.of();
    List<Path> cdiDirectories = List.of();
    String timezone = "";
    List<String> allowedDevices = List.of();
    HandlerRules rules = HandlerRules.NONE;

    /// The handler of all tests has the empty name.
    private ContainerAdditions additions() {
        return new ContainerAdditions(hooksDirectories, cdiDirectories, timezone, allowedDevices, Map.of("", rules));
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
