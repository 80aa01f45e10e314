package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.IDMapping;
import dev.carafe.cri.v1.Mount;
import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.StatusRequest;
import dev.carafe.cri.v1.UserNamespace;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pods with a user namespace, as the kubelet asks for them, seen from inside and from the host.
@Tag("system")
class UserNamespacesTest {
    private static final int FIRST = 720_896;

    /// The crun of some distributions gives its standard streams to the container's root, the host's /dev/null too.
    private static final String RUNTIME = "runc";

    private static final IDMapping MAPPING =
            IDMapping.newBuilder().setHostId(FIRST).setLength(65_536).build();

    private static PodSandboxConfig pod(Cri cri, String name) {
        var pod = cri.pod(name).toBuilder();
        pod.getLinuxBuilder().putSysctls("kernel.shm_rmid_forced", "1").putSysctls("net.ipv4.ip_forward", "1");
        pod.getLinuxBuilder()
                .getSecurityContextBuilder()
                .getNamespaceOptionsBuilder()
                .setUsernsOptions(UserNamespace.newBuilder()
                        .setMode(NamespaceMode.POD)
                        .addUids(MAPPING)
                        .addGids(MAPPING));
        return pod.build();
    }

    private static Mount.Builder mount(Path host, String path) {
        return Mount.newBuilder().setHostPath(host.toString()).setContainerPath(path);
    }

    private static Mount mapped(Path host, String path) {
        return mount(host, path).addUidMappings(MAPPING).addGidMappings(MAPPING).build();
    }

    private static String run(Cri cri, String container, String command) {
        var answer = cri.exec(container, "sh", "-c", command);
        var text = answer.getStdout().toStringUtf8() + answer.getStderr().toStringUtf8();
        return text.strip().replaceAll("[ \t]+", " ");
    }

    private static int owner(Path file) throws IOException {
        return (int) Files.getAttribute(file, "unix:uid");
    }

    private static ContainerConfig container(Stage stage, Mount... mounts) {
        return Cri.container("inside", stage.busybox(), "sleep", "1000").toBuilder()
                .setWorkingDir("/made/for/it")
                .addAllMounts(List.of(mounts))
                .build();
    }

    @Test
    void rootInsideIsNobodyOnTheHostAndOwnsAllThatIsOfThePod() throws Exception {
        try (var stage = Stage.set(RUNTIME)) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var volume = Files.createDirectory(stage.host().work().resolve("volume"));
            Files.writeString(volume.resolve("file"), "of the host\n");
            var hosts = Files.writeString(stage.host().work().resolve("etc-hosts"), "127.0.0.1 localhost\n");
            var config = pod(cri, "shifted");
            var pod = cri.run(config);
            var container = cri.createAndStart(
                    pod, config, container(stage, mapped(volume, "/volume"), mapped(hosts, "/etc/hosts")));

            assertEquals("0 " + FIRST + " 65536", run(cri, container, "cat /proc/self/uid_map"));
            assertEquals("0 " + FIRST + " 65536", run(cri, container, "cat /proc/self/gid_map"));
            assertEquals("0", run(cri, container, "id -u"));
            assertEquals(
                    "0 0 0 0 0 0 0",
                    run(
                            cri,
                            container,
                            "stat -c %u / /bin/busybox /etc/resolv.conf /etc/hostname /etc/hosts /dev/shm /made/for/it"
                                    + " | tr '\\n' ' '"));
            assertEquals("shifted", run(cri, container, "hostname"));
            assertEquals("1", run(cri, container, "cat /proc/sys/kernel/shm_rmid_forced"));
            assertEquals("1", run(cri, container, "cat /proc/sys/net/ipv4/ip_forward"));
            assertEquals("", run(cri, container, "touch /dev/shm/x /made/for/it/x /new && echo a >> /etc/resolv.conf"));
            assertEquals(
                    "0 of the host",
                    run(cri, container, "stat -c %u /volume/file && cat /volume/file")
                            .replace("\n", " "));
            assertEquals("", run(cri, container, "echo new > /volume/new && echo more >> /etc/hosts"));
            assertEquals(0, owner(volume.resolve("new")), "on disk it is as the namespace has it");
            assertTrue(Files.readString(hosts).contains("more"));
            assertTrue(run(cri, container, "cat /sys/class/net/eth0/mtu").matches("[0-9]+"));
            assertEquals(FIRST, owner(Path.of("/proc", hostPid(stage, container))), "not the host's root");
            assertEquals(
                    MAPPING,
                    cri.podStatus(pod)
                            .getLinux()
                            .getNamespaces()
                            .getOptions()
                            .getUsernsOptions()
                            .getUids(0));
            stage.crashAndRestart();
            assertEquals("0", run(stage.cri(), container, "id -u"));
            stage.cri().removePod(pod);
            assertTrue(Files.exists(volume.resolve("file")));
            stage.assertNothingIsLeft();
        }
    }

    /// Nothing of a process that is gone.
    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException gone) {
            return "";
        }
    }

    private static String hostPid(Stage stage, String container) throws IOException {
        try (var folders = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (var folder : folders) {
                if (read(folder.resolve("cmdline")).equals("sleep\0001000\000")
                        && read(folder.resolve("cgroup")).contains(container)) {
                    return folder.getFileName().toString();
                }
            }
        }
        throw new AssertionError(
                "no process of " + container + " in " + stage.host().cgroupParent());
    }

    @Test
    void containersThatShareTheirProcessesAndImageVolumesAreInIt() throws Exception {
        try (var stage = Stage.set(RUNTIME)) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = Cri.sharingProcesses(pod(cri, "sharing"));
            var pod = cri.run(config);
            var container =
                    cri.createAndStart(pod, config, container(stage, Cri.imageMount(stage.busybox(), "/image")));
            assertEquals("0", run(cri, container, "stat -c %u /image/bin/busybox"));
            assertEquals("0", run(cri, container, "stat -c %u /proc/1"));
            assertFalse(run(cri, container, "cat /proc/1/cmdline").isEmpty());
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    @Test
    void whatCanNotBeGivenOwnersIsRefusedAndNothingIsLeft() throws Exception {
        try (var stage = Stage.set("runc")) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = pod(cri, "refused");
            var pod = cri.run(config);
            var failure = assertThrows(
                    StatusRuntimeException.class,
                    () -> cri.create(pod, config, container(stage, mapped(Path.of("/proc/sys"), "/volume"))));
            assertTrue(failure.getMessage().contains("idmapped"), failure::getMessage);
            var beside = Cri.container("beside", stage.busybox(), "sleep", "1");
            var plain = cri.pod("plain");
            var plainPod = cri.run(plain);
            var strange = assertThrows(
                    StatusRuntimeException.class,
                    () -> cri.create(
                            plainPod,
                            plain,
                            beside.toBuilder()
                                    .addMounts(mapped(Path.of("/srv"), "/volume"))
                                    .build()));
            assertEquals(Status.Code.INVALID_ARGUMENT, strange.getStatus().getCode());
            cri.removePod(plainPod);
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aRecursivelyReadOnlyMountIsSoBelowTooAndOptionsOfMountsCount(String runtime) throws Exception {
        try (var stage = Stage.set(runtime)) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var features = stage.daemon().runtime().status(StatusRequest.getDefaultInstance());
            assertTrue(features.getFeatures().getMountOptions());
            for (var handler : features.getRuntimeHandlersList()) {
                assertTrue(handler.getFeatures().getRecursiveReadOnlyMounts(), handler::getName);
                assertTrue(handler.getFeatures().getUserNamespaces(), handler::getName);
            }
            var outer = Files.createDirectory(stage.host().work().resolve("outer"));
            var inner = Files.createDirectory(outer.resolve("inner"));
            Files.copy(Path.of("/bin/true"), outer.resolve("program"));
            Programs.output("mount", "-t", "tmpfs", "tmpfs", inner.toString());
            var config = cri.pod("readonly");
            var pod = cri.run(config);
            var container = cri.createAndStart(
                    pod,
                    config,
                    container(
                            stage,
                            mount(outer, "/shallow").setReadonly(true).build(),
                            mount(outer, "/deep")
                                    .setReadonly(true)
                                    .setRecursiveReadOnly(true)
                                    .build(),
                            mount(outer, "/options")
                                    .addMountOptions("noexec")
                                    .addMountOptions("nosuid")
                                    .build()));
            assertEquals("", run(cri, container, "touch /shallow/inner/x"));
            assertTrue(run(cri, container, "touch /deep/inner/x").contains("Read-only file system"));
            assertTrue(run(cri, container, "touch /deep/x").contains("Read-only file system"));
            assertTrue(run(cri, container, "/options/program").contains("Permission denied"));
            assertTrue(run(cri, container, "grep ' /options ' /proc/self/mountinfo")
                    .contains("nosuid"));
            cri.removePod(pod);
            Programs.output("umount", inner.toString());
            stage.assertNothingIsLeft();
        }
    }
}
