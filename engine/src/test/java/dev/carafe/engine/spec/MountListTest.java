package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.linux.CgroupMode;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MountListTest {
    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder.toRealPath());
    }

    private List<RuntimeSpec.Mount> mounts() throws IOException {
        var defaults = given.defaults.build();
        var request = given.request();
        return new MountList(defaults, given.host.build(), given.warnings)
                .of(request, ImageVolumeFolders.of(request, defaults), false);
    }

    private List<String> destinations() throws IOException {
        return mounts().stream().map(RuntimeSpec.Mount::destination).toList();
    }

    private RuntimeSpec.Mount at(String destination) throws IOException {
        return mounts().stream()
                .filter(mount -> mount.destination().equals(destination))
                .findFirst()
                .orElseThrow();
    }

    private List<String> cgroupOptions() throws IOException {
        return CgroupMount.of(given.request(), given.host.build(), mounts()).stream()
                .filter(mount -> mount.destination().equals("/sys/fs/cgroup"))
                .findFirst()
                .orElseThrow()
                .options();
    }

    @Test
    void anInitHasMemoryForItsFilesAndGroupsOfItsOwn() throws IOException {
        given.container.addCommand("/usr/lib/systemd/systemd");
        for (var place : List.of("/run", "/run/lock", "/tmp", "/var/log/journal")) {
            assertEquals("tmpfs", at(place).type(), place);
            assertTrue(at(place).options().containsAll(List.of("noexec", "nosuid", "nodev", "tmpcopyup")), place);
        }
        assertTrue(cgroupOptions().contains("rw"));
        given.host.delegatesCgroups = false;
        assertFalse(cgroupOptions().contains("rw"), "it could lift its own limits");
        given.host.delegatesCgroups = true;
        given.host.cgroupMode = CgroupMode.V1;
        assertFalse(cgroupOptions().contains("rw"));
        given.defaults.readOnly = true;
        assertEquals(1, destinations().stream().filter("/run"::equals).count());
        given.mount("/run", folder.toRealPath());
        assertEquals("bind", at("/run").type());
        assertFalse(destinations().contains("/run/lock"), "the volume has its own");
    }

    @Test
    void everyContainerHasTheKernelsFilesAndThePods() throws IOException {
        assertEquals(
                List.of(
                        "/proc",
                        "/dev",
                        "/sys",
                        "/dev/pts",
                        "/dev/mqueue",
                        "/dev/shm",
                        "/etc/resolv.conf",
                        "/etc/hostname",
                        "/etc/hosts",
                        "/sys/fs/cgroup"),
                destinations());
        assertTrue(at("/sys").options().contains("ro"));
        assertTrue(at("/sys/fs/cgroup").options().contains("ro"));
        assertEquals(given.folder.resolve("shm").toString(), at("/dev/shm").source());
    }

    @Test
    void aFolderComesBeforeWhatLiesInItWhateverTheRequestsOrder() throws IOException {
        given.mount("/a/b/c", given.rootfs);
        given.mount("/a", given.rootfs);
        given.mount("/a/b", given.rootfs);
        var asked =
                destinations().stream().filter(path -> path.startsWith("/a")).toList();
        assertEquals(List.of("/a", "/a/b", "/a/b/c"), asked);
    }

    @Test
    void theRequestsMountsComeInPlaceOfOurs() throws IOException {
        given.mount("/etc/hosts", given.folder.resolve("etc-hosts"));
        given.mount("/dev/shm", given.rootfs);
        given.mount("/sys", given.rootfs);
        assertEquals(
                given.folder.resolve("etc-hosts").toString(), at("/etc/hosts").source());
        assertEquals(given.rootfs.toString(), at("/dev/shm").source());
        assertEquals(given.rootfs.toString(), at("/sys").source());
        assertFalse(destinations().contains("/sys/fs/cgroup"));
        assertEquals(destinations().size(), destinations().stream().distinct().count());
    }

    @Test
    void whoMountsTheHostsDevGetsAllThatIsInIt() throws IOException {
        given.mount("/dev", Path.of("/dev"));
        assertEquals(
                List.of("/dev"),
                destinations().stream().filter(path -> path.startsWith("/dev")).toList());
    }

    @Test
    void aPrivilegedContainerMayWriteToTheKernelsFiles() throws IOException {
        given.bePrivileged();
        assertTrue(at("/sys").options().contains("rw"));
        assertTrue(at("/sys/fs/cgroup").options().contains("rw"));
    }

    @Test
    void aReadOnlyConfigurationAddsTemporaryFoldersUnlessMounted() throws IOException {
        given.defaults.readOnly = true;
        given.mount("/var", given.rootfs);
        assertTrue(destinations().containsAll(List.of("/run", "/tmp")));
        assertFalse(destinations().contains("/var/tmp"));
        assertEquals(
                List.of("rw", "noexec", "nosuid", "nodev", "tmpcopyup", "mode=1777"),
                at("/tmp").options());
    }

    @Test
    void theFilesOfThePodAreReadOnlyInAReadOnlyRoot() throws IOException {
        given.security().setReadonlyRootfs(true);
        var built = given.build().spec().mounts().stream()
                .filter(mount -> mount.destination().equals("/etc/resolv.conf"))
                .toList();
        assertEquals(
                List.of("bind", "rprivate", "ro", "nosuid", "nodev", "noexec"),
                built.getFirst().options());
    }

    @Test
    void whatAPodDoesNotHaveIsTheHostsWhenItUsesTheHosts() {
        given.useHostNamespaces();
        var none = Path.of("");
        var pod = new PodRuntime("pod1", given.namespaces, none, none, none, none, "/x", given.cgroupManager);
        var request = new SpecRequest(
                "c1",
                given.container.build(),
                given.pod.build(),
                pod,
                given.image.build(),
                given.rootfs,
                given.ownFolder,
                given.folder.resolve("seccomp"),
                "",
                "",
                HandlerRules.NONE,
                ContainerLabels.NONE);
        assertEquals(
                List.of("/dev/shm", "/etc/hosts"),
                PodFiles.of(request, false).stream()
                        .map(RuntimeSpec.Mount::source)
                        .toList());
    }
}
