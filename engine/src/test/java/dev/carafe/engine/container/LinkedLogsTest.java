package dev.carafe.engine.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.cri.v1.Mount;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.PodSandboxMetadata;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.ContainerState;
import dev.carafe.engine.state.Folders;
import dev.carafe.engine.state.PodId;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.PodRecord.OwnProcess;
import dev.carafe.engine.state.PodRecord.PodPlace;
import dev.carafe.engine.state.PodState;
import dev.carafe.linux.Mounts;
import dev.carafe.linux.SelinuxLabel;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkedLogsTest {
    private static final String UID = "0b2e6d2c-4b8e-4a64-8c0e-5d9f5a3f8a11";

    @TempDir
    private Path host;

    private final PodId id = PodId.random();
    private Path logs;
    private Path volume;
    private Folders folders;
    private LinkedLogs linked;

    @BeforeEach
    void prepare() throws IOException {
        host = host.toRealPath();
        logs = host.resolve("pods/tests_web_" + UID);
        volume =
                Files.createDirectories(host.resolve("kubelet").resolve(UID + "/volumes/kubernetes.io~empty-dir/seen"));
        folders = new Folders(host.resolve("r"), host.resolve("v"), host.resolve("logs"));
        Files.createDirectories(folders.pod(id));
        linked = new LinkedLogs(folders, host.resolve("kubelet"));
    }

    @AfterEach
    void unmountAll() throws IOException {
        for (var mount : Mounts.read().reversed()) {
            if (mount.mountPoint().startsWith(host)) {
                Mounts.unmount(mount.mountPoint());
            }
        }
    }

    private PodRecord pod(String uid, Path directory) {
        return new PodRecord(
                id,
                PodSandboxConfig.newBuilder()
                        .setMetadata(PodSandboxMetadata.newBuilder()
                                .setNamespace("tests")
                                .setName("web")
                                .setUid(uid))
                        .setLogDirectory(directory.toString())
                        .build(),
                "h",
                Instant.EPOCH,
                new PodPlace(Map.of(), "", "", OwnProcess.NONE, ""),
                new PodState.Starting());
    }

    private ContainerRecord container(String logPath) {
        return new ContainerRecord(
                new ContainerId("c".repeat(64)),
                id,
                ContainerConfig.newBuilder().setLogPath(logPath).build(),
                Instant.EPOCH,
                new ContainerRecord.Making(
                        "h",
                        "",
                        "",
                        List.of(),
                        logs.resolve(logPath).toString(),
                        LinuxContainerResources.getDefaultInstance(),
                        "",
                        ContainerRecord.Process.NONE),
                new ContainerState.Creating());
    }

    @Test
    @Tag("system")
    void aVolumeShowsThePodsLogsByTheIdsOfItsContainersUntilThePodStops() throws IOException {
        linked.mount(pod(UID, logs), "seen", SelinuxLabel.NONE);
        Files.createDirectories(logs.resolve("app"));
        Files.writeString(logs.resolve("app/0.log"), "a line");
        linked.link(container("app/0.log"));
        var link = "c".repeat(64) + ".log";
        assertEquals("a line", Files.readString(volume.resolve(link)));
        assertEquals("a line", Files.readString(logs.resolve(link)));
        assertThrows(FileSystemException.class, () -> Files.delete(volume.resolve(link)));

        linked.unlink(container("app/0.log"));
        linked.unlink(container("app/0.log"));
        assertFalse(Files.isSymbolicLink(logs.resolve(link)));
        linked.unmount(id);
        linked.unmount(id);
        assertFalse(Mounts.isMountPoint(volume));
    }

    @Test
    @Tag("system")
    void anotherDaemonFindsTheMountByWhatIsWrittenDown() throws IOException {
        linked.mount(pod(UID, logs), "seen", SelinuxLabel.NONE);
        assertTrue(Mounts.isMountPoint(volume));
        new LinkedLogs(folders, host.resolve("elsewhere")).unmount(id);
        assertFalse(Mounts.isMountPoint(volume));
    }

    @Test
    @Tag("system")
    void aCrashBeforeTheMountLeavesNothingToBeTakenAway() throws IOException {
        var file = folders.pod(id).resolve("linked-logs");
        for (var cutOff : List.of("", "12", "12\n/a", "12\n" + volume + "\n/b")) {
            Files.writeString(file, cutOff);
            linked.unmount(id);
            linked.link(container("app/0.log"));
            linked.unlink(container("app/0.log"));
        }
        Files.writeString(file, "999999999\n" + volume + "\n" + logs + "\n");
        linked.unmount(id);
        linked.unlink(container("app/0.log"));
        assertFalse(Mounts.isMountPoint(volume));
    }

    @Test
    @Tag("system")
    void containersOnlyReadWhatShowsTheLogs() throws IOException {
        var part = Files.createDirectories(host.resolve("kubelet").resolve(UID).resolve("volume-subpaths/seen/app/0"));
        var mounts = Stream.of(volume, part, volume.resolve("app"), volume.getParent(), host.resolve("other"))
                .map(path -> Mount.newBuilder().setHostPath(path.toString()).build())
                .toList();
        assertEquals(mounts, linked.guarded(id, mounts));
        Files.createDirectories(logs.resolve("app"));
        linked.mount(pod(UID, logs), "seen", SelinuxLabel.NONE);
        assertEquals(
                List.of(true, true, true, false, false),
                linked.guarded(id, mounts).stream().map(Mount::getReadonly).toList());
    }

    @ParameterizedTest
    @Tag("system")
    @ValueSource(
            strings = {"", "missing", "linked", "..", "../kubernetes.io~empty-dir/seen", "/", "Seen", "a\nb", "-a"})
    void aPodThatNamesNoVolumeOfItsOwnRunsWithout(String named) throws IOException {
        Files.createSymbolicLink(volume.resolveSibling("linked"), Path.of("seen"));
        linked.mount(pod(UID, logs), named, SelinuxLabel.NONE);
        linked.unmount(id);
        assertNothingIsMounted();
    }

    @Test
    @Tag("system")
    void onlyTheKubeletsFolderOfThePodsLogsIsShown() throws IOException {
        linked.mount(pod(UID, host.resolve("pods/others")), "seen", SelinuxLabel.NONE);
        linked.mount(pod(UID, Path.of("/etc")), "seen", SelinuxLabel.NONE);
        linked.mount(pod("../" + UID, logs), "seen", SelinuxLabel.NONE);
        linked.mount(pod("", host.resolve("pods/tests_web_")), "seen", SelinuxLabel.NONE);
        assertNothingIsMounted();
    }

    private void assertNothingIsMounted() throws IOException {
        assertTrue(Mounts.read().stream().noneMatch(mount -> mount.mountPoint().startsWith(host)));
        assertTrue(Files.notExists(folders.pod(id).resolve("linked-logs")));
    }
}
