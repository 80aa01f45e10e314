package dev.carafe.engine.spec;

import dev.carafe.engine.rdt.ResctrlMount;
import dev.carafe.linux.CgroupController;
import dev.carafe.linux.CgroupMode;
import dev.carafe.linux.Rlimit;
import dev.carafe.linux.RlimitKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A host that can do everything, until a test takes something away.
public final class TestHostFacts {
    Set<String> capabilities = CapabilityNames.all();
    Set<CgroupController> controllers = EnumSet.allOf(CgroupController.class);
    CgroupMode cgroupMode = CgroupMode.V2;
    boolean delegatesCgroups = true;
    boolean memorySwap = true;
    int minimumOomScoreAdj = -1000;
    Map<RlimitKind, Long> hardLimits = unlimited();
    boolean seccomp = true;
    boolean selinux;
    boolean fips;
    Path apparmorProfiles = Path.of("");
    Optional<ResctrlMount> resctrl = Optional.empty();
    String architecture = "amd64";

    public HostFacts build() {
        return new HostFacts(
                capabilities,
                controllers,
                cgroupMode,
                delegatesCgroups,
                memorySwap,
                minimumOomScoreAdj,
                hardLimits,
                seccomp,
                selinux,
                fips,
                apparmorProfiles,
                resctrl,
                architecture);
    }

    /// This host, in FIPS mode or not.
    static HostFacts ofThisHost(boolean fips) throws IOException {
        var facts = HostFacts.detect();
        return new HostFacts(
                facts.grantableCapabilities(),
                facts.controllers(),
                facts.cgroupMode(),
                facts.delegatesCgroups(),
                facts.memorySwap(),
                facts.minimumOomScoreAdj(),
                facts.hardLimits(),
                facts.seccomp(),
                facts.selinux(),
                fips,
                facts.apparmorProfiles(),
                facts.resctrl(),
                facts.architecture());
    }

    private static Map<RlimitKind, Long> unlimited() {
        var limits = new EnumMap<RlimitKind, Long>(RlimitKind.class);
        for (var kind : RlimitKind.values()) {
            limits.put(kind, Rlimit.UNLIMITED);
        }
        return limits;
    }
}
