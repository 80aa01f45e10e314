package dev.carafe.engine.spec;

import dev.carafe.engine.rdt.ResctrlMount;
import dev.carafe.linux.CgroupController;
import dev.carafe.linux.CgroupMode;
import dev.carafe.linux.RlimitKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the host can grant a container. Read once, when the daemon starts.
///
/// @param grantableCapabilities full names (`CAP_CHOWN`) of what the daemon itself holds
/// @param controllers those whose limits a runtime can set
/// @param delegatesCgroups who is in a cgroup namespace can't change the limits that it has (`nsdelegate`)
/// @param memorySwap the kernel counts and limits swap
/// @param minimumOomScoreAdj the lowest value that a container can be given
/// @param hardLimits the highest hard limit of each kind that a container can be given, or [Rlimit#UNLIMITED]
/// @param selinux SELinux is on and has a policy
/// @param fips the kernel is in FIPS mode, which lasts until a reboot
/// @param apparmorProfiles the kernel's file that lists the loaded profiles; empty without AppArmor
/// @param resctrl where the kernel shares out caches and memory bandwidth, if it does
/// @param architecture in the words of the OCI image spec (`amd64`)
public record HostFacts(
        Set<String> grantableCapabilities,
        Set<CgroupController> controllers,
        CgroupMode cgroupMode,
        boolean delegatesCgroups,
        boolean memorySwap,
        int minimumOomScoreAdj,
        Map<RlimitKind, Long> hardLimits,
        boolean seccomp,
        boolean selinux,
        boolean fips,
        Path apparmorProfiles,
        Optional<ResctrlMount> resctrl,
        String architecture) {
    public HostFacts {
        grantableCapabilities = Set.copyOf(grantableCapabilities);
        controllers = Set.copyOf(controllers);
        hardLimits = Map.copyOf(hardLimits);
    }

    public static HostFacts detect() throws IOException {
        return HostDetection.detect();
    }

    public boolean hasApparmor() {
        return !apparmorProfiles.toString().isEmpty();
    }

    boolean has(CgroupController controller) {
        return controllers.contains(controller);
    }
}
