package dev.carafe.engine.spec;

import dev.carafe.engine.rdt.ResctrlMount;
import dev.carafe.linux.CgroupController;
import dev.carafe.linux.CgroupMode;
import dev.carafe.linux.Cgroups;
import dev.carafe.linux.Mounts;
import dev.carafe.linux.Rlimit;
import dev.carafe.linux.RlimitKind;
import dev.carafe.linux.ThisProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Reads [HostFacts] from the kernel.
final class HostDetection {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final Path APPARMOR_ENABLED = Path.of("/sys/module/apparmor/parameters/enabled");
    private static final Path APPARMOR_PROFILES = Path.of("/sys/kernel/security/apparmor/profiles");
    private static final Path SELINUX = Path.of("/sys/fs/selinux/enforce");
    private static final Path FIPS = Path.of("/proc/sys/crypto/fips_enabled");
    private static final Path OWN_LABEL = Path.of("/proc/self/attr/current");
    private static final Path OPEN_FILES = Path.of("/proc/sys/fs/nr_open");
    private static final Path SECCOMP_ACTIONS = Path.of("/proc/sys/kernel/seccomp/actions_avail");

    private HostDetection() {}

    static HostFacts detect() throws IOException {
        var cgroups = Cgroups.detect();
        return new HostFacts(
                grantable(),
                limitable(cgroups),
                cgroups.mode(),
                delegatesCgroups(),
                memorySwap(cgroups.mode()),
                ThisProcess.minimumOomScoreAdj(),
                hardLimits(),
                Files.exists(SECCOMP_ACTIONS),
                selinux(),
                fips(FIPS),
                apparmor() ? APPARMOR_PROFILES : Path.of(""),
                ResctrlMount.find(),
                architecture());
    }

    private static Set<String> grantable() throws IOException {
        var grantable = new TreeSet<>(ThisProcess.boundingCapabilities());
        grantable.retainAll(ThisProcess.effectiveCapabilities());
        return grantable;
    }

    /// On a hybrid host the runtimes set limits only in the hierarchies of v1, which stand in folders of their
    /// names.
    private static Set<CgroupController> limitable(Cgroups cgroups) {
        var controllers = EnumSet.noneOf(CgroupController.class);
        for (var controller : cgroups.controllers()) {
            if (cgroups.mode() != CgroupMode.HYBRID || Files.isDirectory(CGROUPS.resolve(nameInV1(controller)))) {
                controllers.add(controller);
            }
        }
        return controllers;
    }

    private static String nameInV1(CgroupController controller) {
        return controller == CgroupController.IO ? "blkio" : controller.name().toLowerCase(Locale.ROOT);
    }

    private static boolean delegatesCgroups() throws IOException {
        return Mounts.read().stream()
                .anyMatch(mount -> mount.mountPoint().equals(CGROUPS)
                        && mount.type().equals("cgroup2")
                        && List.of(mount.options().split(",")).contains("nsdelegate"));
    }

    private static boolean memorySwap(CgroupMode mode) throws IOException {
        if (mode != CgroupMode.V2) {
            return Files.exists(CGROUPS.resolve("memory/memory.memsw.limit_in_bytes"));
        }
        // The root group of v2 has no limits, so any group below it tells.
        try (var groups = Files.newDirectoryStream(CGROUPS, Files::isDirectory)) {
            for (var group : groups) {
                if (Files.exists(group.resolve("memory.swap.max"))) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Without CAP_SYS_RESOURCE nobody raises a hard limit, and beyond fs.nr_open nobody at all (setrlimit(2)).
    private static Map<RlimitKind, Long> hardLimits() throws IOException {
        var mayRaise = ThisProcess.effectiveCapabilities().contains("CAP_SYS_RESOURCE");
        var limits = new EnumMap<RlimitKind, Long>(RlimitKind.class);
        for (var kind : RlimitKind.values()) {
            limits.put(
                    kind, mayRaise ? Rlimit.UNLIMITED : ThisProcess.rlimit(kind).hard());
        }
        if (mayRaise) {
            limits.put(RlimitKind.NOFILE, number(OPEN_FILES));
        }
        return limits;
    }

    /// In one read: the kernel has a second one of a number find its end, and readString begins with a single byte.
    private static long number(Path sysctl) throws IOException {
        try (var in = Files.newInputStream(sysctl)) {
            return Long.parseLong(new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip());
        }
    }

    /// Without a policy every label is that of the kernel itself.
    private static boolean selinux() throws IOException {
        if (!Files.exists(SELINUX)) {
            return false;
        }
        var label = Files.readString(OWN_LABEL, StandardCharsets.UTF_8)
                .replace("\0", "")
                .strip();
        return !label.isEmpty() && !label.equals("kernel");
    }

    /// A kernel without cryptography of its own has no such file.
    static boolean fips(Path file) throws IOException {
        return Files.exists(file)
                && Files.readString(file, StandardCharsets.UTF_8).strip().equals("1");
    }

    private static boolean apparmor() throws IOException {
        return Files.isReadable(APPARMOR_PROFILES)
                && Files.exists(APPARMOR_ENABLED)
                && Files.readString(APPARMOR_ENABLED, StandardCharsets.UTF_8).startsWith("Y");
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch")) {
            case "x86_64", "amd64" -> "amd64";
            case "aarch64" -> "arm64";
            case String other -> other;
        };
    }
}
