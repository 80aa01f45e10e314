package dev.carafe.engine.spec;

import com.google.protobuf.ByteString;
import dev.carafe.cri.v1.MountPropagation;
import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.cri.v1.SecurityProfile.ProfileType;
import dev.carafe.cri.v1.Signal;
import dev.carafe.cri.v1.SupplementalGroupsPolicy;
import dev.carafe.linux.CgroupController;
import dev.carafe.linux.CgroupMode;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Sets each field with some chance, and seldom to something strange.
record RandomRequest(Random random, Given given) {
    private static final List<String> STRANGE =
            List.of("", "/", "..", "../../etc", "\0", "a\nb", "ž", "x".repeat(300), "/a".repeat(3000), "-1", "%s");

    void roll() {
        host();
        process();
        user();
        security();
        resources();
        mounts();
        image();
    }

    private boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    private String text(String... usual) {
        return chance(0.01) ? STRANGE.get(random.nextInt(STRANGE.size())) : usual[random.nextInt(usual.length)];
    }

    private long number(long lowest, long highest) {
        return chance(0.01) ? random.nextLong() : random.nextLong(lowest, highest + 1);
    }

    private void host() {
        given.host.cgroupMode = CgroupMode.values()[random.nextInt(CgroupMode.values().length)];
        given.host.memorySwap = chance(0.5);
        given.host.minimumOomScoreAdj = chance(0.5) ? 0 : -1000;
        given.host.controllers = Stream.of(CgroupController.values())
                .filter(_ -> chance(0.8))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(CgroupController.class)));
        if (chance(0.3)) {
            given.host.capabilities = Set.of("CAP_CHOWN", "CAP_KILL", "CAP_NET_BIND_SERVICE");
        }
        given.defaults.readOnly = chance(0.2);
        given.defaults.addInheritableCapabilities = chance(0.2);
        given.defaults.pidsLimit = chance(0.3) ? 100 : -1;
        given.defaults.ulimits = chance(0.3) ? List.of("nofile=100:-1", "core=0") : List.of();
    }

    private void process() {
        if (chance(0.5)) {
            given.container.addCommand(text("/bin/sh", "sh")).addArgs(text("-c", "ls", ""));
        }
        if (chance(0.3)) {
            given.container.setWorkingDir(text("/srv", "/etc/x", "tmp", "/a/../b"));
        }
        if (chance(0.5)) {
            given.container
                    .addEnvsBuilder()
                    .setKey(text("PATH", "A", "B_C"))
                    .setValue(ByteString.copyFromUtf8(text("", "1", "x=y")));
        }
        given.container.setTty(chance(0.2)).setStdin(chance(0.2)).setLogPath(text("web/0.log", ""));
        if (chance(0.3)) {
            given.container.setStopSignalValue((int) number(0, Signal.SIGNAL_SIGRTMAX_VALUE));
        }
        given.container.putAnnotations(text("example.org/a", "bundle"), text("1", ""));
    }

    private void user() {
        var security = given.security();
        if (chance(0.4)) {
            security.setRunAsUser(Given.number(number(0, 70_000)));
        } else if (chance(0.3)) {
            security.setRunAsUsername(text("web", "root"));
        }
        if (chance(0.3)) {
            security.setRunAsGroup(Given.number(number(0, 70_000)));
        }
        if (chance(0.3)) {
            security.addSupplementalGroups(number(0, 70_000));
            security.setSupplementalGroupsPolicy(
                    chance(0.5) ? SupplementalGroupsPolicy.Strict : SupplementalGroupsPolicy.Merge);
        }
    }

    private void security() {
        var security = given.security();
        if (chance(0.1)) {
            given.useHostNamespaces();
        }
        if (chance(0.1)) {
            security.getNamespaceOptionsBuilder().setPid(NamespaceMode.NODE);
        }
        if (chance(0.5)) {
            var capabilities = security.getCapabilitiesBuilder();
            capabilities.addAddCapabilities(text("NET_RAW", "CAP_SYS_ADMIN", "ALL", "sys_time"));
            capabilities.addDropCapabilities(text("ALL", "KILL", "net_raw"));
            if (chance(0.3)) {
                capabilities.addAddAmbientCapabilities(text("NET_BIND_SERVICE", "ALL"));
            }
        }
        if (chance(0.5)) {
            security.getSeccompBuilder()
                    .setProfileType(chance(0.8) ? ProfileType.RuntimeDefault : ProfileType.Unconfined);
        }
        security.setReadonlyRootfs(chance(0.3)).setNoNewPrivs(chance(0.3));
        if (chance(0.5)) {
            security.addMaskedPaths(text("/proc/kcore", "/sys/firmware")).addReadonlyPaths(text("/proc/sys"));
        }
        if (chance(0.1)) {
            given.bePrivileged();
        }
    }

    private void resources() {
        var resources = given.resources().setOomScoreAdj(number(-1000, 1000));
        if (chance(0.5)) {
            resources.setMemoryLimitInBytes(number(64 << 20, 1L << 40));
        }
        if (chance(0.2)) {
            resources.setMemorySwapLimitInBytes(number(-1, 1L << 41));
        }
        if (chance(0.5)) {
            resources
                    .setCpuShares(number(2, 262144))
                    .setCpuPeriod(number(1000, 1_000_000))
                    .setCpuQuota(chance(0.5) ? -1 : number(1000, 1_000_000));
        }
        if (chance(0.2)) {
            resources.setCpusetCpus(text("0", "0-1,3")).setCpusetMems(text("0", ""));
        }
        if (chance(0.3)) {
            resources.addHugepageLimitsBuilder().setPageSize(text("2MB", "1GB")).setLimit(number(0, 1L << 40));
        }
        if (chance(0.2)) {
            resources.putUnified(text("memory.high", "io.max", "memory.swap.max"), text("max", "100"));
        }
    }

    private void mounts() {
        for (var i = random.nextInt(4); i > 0; i--) {
            var mount = given.container.addMountsBuilder();
            mount.setContainerPath(text("/data", "/opt/in", "/etc/hosts", "/dev", "/sys", "/tmp/x/", "/run"));
            var strange = chance(0.01);
            mount.setHostPath(
                    strange
                            ? text("relative", "/proc/nothing")
                            : given.folder
                                    .resolve("source/" + random.nextInt(3))
                                    .toString());
            mount.setReadonly(chance(0.5)).setSelinuxRelabel(chance(0.1)).setRecursiveReadOnly(chance(0.01));
            if (chance(0.02)) {
                mount.setPropagation(MountPropagation.PROPAGATION_BIDIRECTIONAL);
            }
        }
        if (chance(0.2)) {
            given.container
                    .addDevicesBuilder()
                    .setHostPath(text("/dev/null", "/dev/zero"))
                    .setContainerPath(text("/dev/mine", "/dev/deep/mine"))
                    .setPermissions(text("", "r", "rwm"));
        }
    }

    private void image() {
        given.image.user = text("", "web", "web:staff", "1000:50", "0");
        given.image.environment = List.of(text("PATH=/bin", "A", "A=1"));
        given.image.workingDirectory = text("", "/srv/of/image");
        given.image.volumes = Set.of(text("/data", "/var/cache"));
        given.image.stopSignal = text("", "SIGINT", "9", "RTMIN+3", "NONE");
    }
}
