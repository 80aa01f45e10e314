package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.engine.EngineException;
import dev.carafe.linux.CgroupController;
import dev.carafe.linux.CgroupMode;
import dev.carafe.linux.NamespaceKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// What processes see around them whose containers we specified: files, devices, limits, namespaces.
@Tag("system")
@ParameterizedClass
@ValueSource(strings = {"runc", "crun"})
final class RealSurroundingsTest {
    private final String runtime;

    @TempDir
    private Path folder;

    private RealContainer container;
    private Given given;

    RealSurroundingsTest(String runtime) {
        this.runtime = runtime;
    }

    @BeforeEach
    void prepare() throws IOException {
        container = new RealContainer(folder, runtime);
        given = container.given;
    }

    @AfterEach
    void remove() throws IOException {
        container.close();
    }

    @Test
    void aPrivilegedContainerHasAllOfTheHostsDevicesAndCapabilitiesAndHidesNothing() throws Exception {
        given.bePrivileged();
        given.security().addMaskedPaths("/proc/version").addReadonlyPaths("/proc/sys");
        var output = container.run("cat /proc/self/status; stat -c 'version: %F' /proc/version; "
                + "test -w /proc/sys/kernel/domainname && echo 'sys: writable'; ls /dev; mount");
        assertEquals(HostFacts.detect().grantableCapabilities(), output.capabilities("CapEff"));
        assertEquals("0", output.field("Seccomp"));
        assertEquals("regular empty file", output.field("version"));
        assertEquals("writable", output.field("sys"));
        for (var device : HostDevices.all()) {
            var name = Path.of("/dev").relativize(device.path()).getName(0);
            assertTrue(
                    output.text().lines().anyMatch(name.toString()::equals),
                    () -> name + " is missing: " + output.text());
        }
        assertTrue(output.has("sysfs on /sys type sysfs (rw"), output.text());
    }

    @Test
    void pathsOfProcAreMaskedAndReadOnlyAsAsked() throws Exception {
        given.security().addMaskedPaths("/proc/version").addReadonlyPaths("/proc/sys");
        var status = container.run("stat -c 'version: %F' /proc/version; stat -c 'uptime: %F' /proc/uptime; "
                + "echo x 2>&1 >/proc/sys/kernel/domainname | sed 's/.*domainname/domainname/'");
        assertEquals("character special file", status.field("version"));
        assertEquals("Read-only file system", status.field("domainname"));
        assertTrue(status.field("uptime").startsWith("regular"), status.text());
    }

    @Test
    void aReadOnlyRootTakesNoFilesButItsTemporaryFoldersDo() throws Exception {
        given.defaults.readOnly = true;
        Files.createDirectories(given.rootfs.resolve("tmp"));
        Files.writeString(given.rootfs.resolve("tmp/of-the-image"), "kept");
        var output = container.run("touch /x; touch /tmp/x /run/x /var/tmp/x && echo written; cat /tmp/of-the-image");
        assertTrue(output.has("/x: Read-only file system"), output.text());
        assertTrue(output.text().endsWith("written\nkept"), output.text());
    }

    @Test
    void mountsAreWhereTheyWereAskedForAndPodFilesInTheOtherPlaces() throws Exception {
        var readable = Files.createDirectories(folder.resolve("readable"));
        Files.writeString(readable.resolve("file"), "of the host\n");
        given.mount("/data/in", readable).setReadonly(true);
        given.mount("/data/in/below", folder.resolve("made"));
        Files.createDirectories(readable.resolve("below"));
        var output = container.run("cat /data/in/file /etc/hosts /etc/resolv.conf /etc/hostname; touch /data/in/file; "
                + "touch /data/in/below/x /dev/shm/y");
        assertTrue(
                output.text()
                        .startsWith("of the host\nhosts of the pod\nresolv.conf of the pod\nhostname of the pod\n"),
                output.text());
        assertTrue(output.has("/data/in/file: Read-only file system"), output.text());
        assertTrue(Files.exists(folder.resolve("made/x")), output.text());
        assertTrue(Files.exists(folder.resolve("shm/y")), output.text());
    }

    @Test
    void theControlGroupHasTheLimitsAskedFor() throws Exception {
        given.defaults.pidsLimit = 100;
        given.resources()
                .setMemoryLimitInBytes(64 << 20)
                .setCpuShares(512)
                .setCpuPeriod(50_000)
                .setCpuQuota(25_000)
                .setCpusetCpus("0");
        var facts = HostFacts.detect();
        assertTrue(facts.controllers().containsAll(Set.of(CgroupController.MEMORY, CgroupController.CPU)));
        if (facts.cgroupMode() == CgroupMode.V2) {
            assertEquals(
                    "67108864\n25000 50000\n0\n100\n",
                    container
                            .run("cd /sys/fs/cgroup; cat memory.max cpu.max cpuset.cpus pids.max")
                            .text());
        } else {
            assertEquals(
                    "67108864\n512\n50000\n25000\n0\n100\n",
                    container
                            .run("cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes cpu/cpu.shares "
                                    + "cpu/cpu.cfs_period_us cpu/cpu.cfs_quota_us "
                                    + "cpuset/cpuset.cpus pids/pids.max")
                            .text());
        }
    }

    @Test
    void noLimitIsNoLimit() throws Exception {
        given.resources()
                .setMemoryLimitInBytes(64 << 20)
                .setMemorySwapLimitInBytes(-1)
                .setCpuPeriod(50_000)
                .setCpuQuota(-1);
        if (HostFacts.detect().cgroupMode() == CgroupMode.V2) {
            assertEquals(
                    "max 50000\n", container.run("cat /sys/fs/cgroup/cpu.max").text());
        } else {
            assertEquals(
                    "-1\n67108864\n",
                    container
                            .run("cd /sys/fs/cgroup; cat cpu/cpu.cfs_quota_us memory/memory.limit_in_bytes")
                            .text());
        }
    }

    @Test
    void namespacesAreThePodsAndThePidNamespaceIsItsOwn() throws Exception {
        var output = container.run("for kind in net ipc uts; do echo $kind: $(stat -Lc %i /proc/self/ns/$kind); done; "
                + "echo first: $$");
        for (var kind : List.of(NamespaceKind.NETWORK, NamespaceKind.IPC, NamespaceKind.UTS)) {
            var pin = Files.getAttribute(given.namespaces.get(kind), "unix:ino");
            assertEquals(pin.toString(), output.field(kind.procName()));
        }
        assertEquals("1", output.field("first"));
    }

    @Test
    void devicesAreUsableAsFarAsTheirPermissionsGo() throws Exception {
        given.container
                .addDevicesBuilder()
                .setHostPath("/dev/zero")
                .setContainerPath("/dev/my/zero")
                .setPermissions("rw");
        var output = container.run(
                "head -c 3 /dev/my/zero | od -An -tx1; echo x >/dev/my/zero && stat -c %t:%T /dev/my/zero");
        assertEquals(" 00 00 00\n1:5\n", output.text());
    }

    @Test
    void whatWeBuildFromRandomRequestsTheRuntimeMakes() throws Exception {
        var made = 0;
        for (var seed = 1; seed <= 12; seed++) {
            try (var random = new RealContainer(Files.createDirectory(folder.resolve("random" + seed)), runtime)) {
                new RandomRequest(new Random(seed), random.given).roll();
                made += isMade(random) ? 1 : 0;
            }
        }
        assertTrue(made >= 4, "only " + made + " of the requests were valid");
    }

    /// A terminal needs a listener, the processors depend on the host, and a container without /dev/null can't be.
    private static boolean isMade(RealContainer random) throws Exception {
        var request = random.given.container;
        random.given.resources().clearCpusetCpus().clearCpusetMems();
        request.setTty(false);
        if (request.getMountsList().stream().anyMatch(m -> m.getContainerPath().equals("/dev"))) {
            return false;
        }
        try {
            random.given.build(HostFacts.detect());
        } catch (EngineException refused) {
            return false;
        }
        random.create();
        return true;
    }
}
