package dev.carafe.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.carafe.engine.spec.HostFacts;
import dev.carafe.linux.CgroupController;
import dev.carafe.linux.CgroupMode;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StartReportTest {
    @Test
    void aHostWithEverythingLacksNothing() {
        var host = new HostFacts(
                Set.of("CAP_SYS_RESOURCE", "CAP_SYS_ADMIN", "CAP_NET_ADMIN"),
                EnumSet.allOf(CgroupController.class),
                CgroupMode.V2,
                true,
                true,
                -1000,
                Map.of(),
                true,
                true,
                false,
                Path.of("/sys/kernel/security/apparmor/profiles"),
                Optional.empty(),
                "amd64");
        assertEquals(List.of(), StartReport.lacks(host));
    }

    @Test
    void eachThingThatAContainerCantGetIsNamed() {
        var host = new HostFacts(
                Set.of("CAP_SYS_ADMIN", "CAP_NET_ADMIN"),
                EnumSet.complementOf(EnumSet.of(CgroupController.HUGETLB)),
                CgroupMode.HYBRID,
                false,
                false,
                -500,
                Map.of(),
                false,
                false,
                false,
                Path.of(""),
                Optional.empty(),
                "amd64");
        assertEquals(
                List.of(
                        "the cgroup controller hugetlb",
                        "limits of swap",
                        "an oom_score_adj below -500",
                        "CAP_SYS_RESOURCE",
                        "seccomp",
                        "AppArmor",
                        "SELinux"),
                StartReport.lacks(host));
    }
}
