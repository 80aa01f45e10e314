package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.linux.CgroupController;
import dev.carafe.linux.CgroupMode;
import dev.carafe.linux.Rlimit;
import dev.carafe.linux.RlimitKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Scanner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against what the kernel says in other places than those that the detection reads.
final class HostDetectionTest {
    private static String status(String field) throws IOException {
        return Files.readString(Path.of("/proc/self/status"))
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.substring(field.length() + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    private static boolean mayRaiseLimits() throws IOException {
        return (Long.parseUnsignedLong(status("CapEff"), 16) >>> 24 & 1) == 1;
    }

    @Test
    void theKernelIsInFipsModeWhereItsFileSaysOne(@TempDir Path folder) throws IOException {
        var file = folder.resolve("fips_enabled");
        assertFalse(HostDetection.fips(file));
        assertFalse(HostDetection.fips(Files.writeString(file, "0\n")));
        assertTrue(HostDetection.fips(Files.writeString(file, "1\n")));
    }

    @Test
    void grantableCapabilitiesAreThoseThatTheDaemonHoldsAndMayPassOn() throws IOException {
        var both = Long.parseUnsignedLong(status("CapEff"), 16) & Long.parseUnsignedLong(status("CapBnd"), 16);
        assertEquals(
                Long.bitCount(both), HostFacts.detect().grantableCapabilities().size());
        assertEquals((both & 1) == 1, HostFacts.detect().grantableCapabilities().contains("CAP_CHOWN"));
    }

    @Test
    void withoutTheRightToRaiseThemLimitsAndScoresAreTheDaemonsOwn() throws IOException {
        var facts = HostFacts.detect();
        if (mayRaiseLimits()) {
            assertEquals(Rlimit.UNLIMITED, facts.hardLimits().get(RlimitKind.CORE));
            long open;
            try (var sysctl = new Scanner(Path.of("/proc/sys/fs/nr_open"), StandardCharsets.US_ASCII)) {
                open = sysctl.nextLong();
            }
            assertTrue(open >= 1024, "no kernel allows so few: " + open);
            assertEquals(open, facts.hardLimits().get(RlimitKind.NOFILE));
            assertEquals(-1000, facts.minimumOomScoreAdj());
        } else {
            var own = Files.readString(Path.of("/proc/self/limits"))
                    .lines()
                    .filter(line -> line.startsWith("Max open files"))
                    .findFirst()
                    .orElseThrow()
                    .split("\\s+");
            assertEquals(Long.parseLong(own[4]), facts.hardLimits().get(RlimitKind.NOFILE));
        }
        assertEquals(List.of(RlimitKind.values()).size(), facts.hardLimits().size());
    }

    @Test
    void onAHybridHostControllersOfTheUnifiedHierarchyAloneCannotBeLimited() throws IOException {
        var facts = HostFacts.detect();
        assertTrue(facts.has(CgroupController.MEMORY));
        if (facts.cgroupMode() == CgroupMode.HYBRID) {
            assertEquals(Files.isDirectory(Path.of("/sys/fs/cgroup/hugetlb")), facts.has(CgroupController.HUGETLB));
        }
    }

    @Test
    void aHostWithoutApparmorHasNoListOfProfiles() throws IOException {
        var enabled = Path.of("/sys/module/apparmor/parameters/enabled");
        if (!Files.exists(enabled)) {
            assertFalse(HostFacts.detect().hasApparmor());
        }
        assertEquals(
                Files.exists(Path.of("/proc/sys/kernel/seccomp")),
                HostFacts.detect().seccomp());
    }
}
