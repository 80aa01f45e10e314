package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.CDIDevice;
import dev.carafe.cri.v1.Mount;
import dev.carafe.cri.v1.PodSandboxConfig;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What files and keys of the node change in containers: OCI hooks, CDI devices, annotations that a handler allows, the
/// time zone.
@Tag("system")
class NodeEditsTest {
    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void hooksRunForTheContainersThatTheyAreForAndABadFileIsNamed(String runtime) throws Exception {
        try (var stage = Stage.set(runtime)) {
            var work = stage.host().work();
            var hooks = Files.createDirectory(work.resolve("hooks.d"));
            stage.host().configure("crio.runtime", "hooks_dir = [\"" + hooks + "\"]");
            stage.restart();
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var program = program(work.resolve("hook.sh"), "#!/bin/sh\ncat > " + work + "/hooked.$1.$MARK\n");
            Files.writeString(hooks.resolve("10-ours.json"), """
                    {"version": "1.0.0",
                     "hook": {"path": "%s", "args": ["hook.sh", "ran"], "env": ["PATH=/usr/bin:/bin", "MARK=m"]},
                     "when": {"annotations": {"^note$": "of hooks"}, "commands": ["/sleep$", "^sleep$"]},
                     "stages": ["createRuntime", "poststop"]}
                    """.formatted(program));
            var config = cri.pod("hooks");
            var pod = cri.run(config);
            var mark = work.resolve("hooked.ran.m");
            cri.createAndStart(pod, config, Cri.container("other", stage.busybox(), "cat", "/dev/null"));
            assertTrue(Files.notExists(mark));
            var container = cri.createAndStart(pod, config, Cri.container("ours", stage.busybox(), "sleep", "1000"));
            assertTrue(
                    Files.readString(mark).contains("\"" + container + "\""), "the hook reads the container's state");

            Files.writeString(hooks.resolve("20-bad.json"), "{\"version\": \"7\"}");
            var more = Cri.container("more", stage.busybox(), "sleep", "1000");
            var failure = assertThrows(StatusRuntimeException.class, () -> cri.create(pod, config, more));
            assertTrue(
                    failure.getMessage().contains(hooks.resolve("20-bad.json") + ": version 7"), failure.getMessage());
            Files.delete(hooks.resolve("20-bad.json"));
            cri.createAndStart(pod, config, more);
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aCdiDeviceIsInTheContainerThatNamesItByFieldOrAnnotation(String runtime) throws Exception {
        try (var stage = Stage.set(runtime)) {
            var work = stage.host().work();
            var folder = Files.createDirectory(work.resolve("cdi"));
            stage.host().configure("crio.runtime", "cdi_spec_dirs = [\"" + folder + "\"]");
            stage.restart();
            var cri = stage.cri();
            cri.pull(stage.busybox());
            Files.writeString(work.resolve("data"), "of the device");
            Files.writeString(folder.resolve("acme.yaml"), """
                    cdiVersion: "0.7.0"
                    kind: acme.example/gpu
                    containerEdits:
                      env: ["ACME=yes"]
                      additionalGids: [4711]
                    devices:
                      - name: "0"
                        containerEdits:
                          deviceNodes:
                            - {path: /dev/acme0, hostPath: /dev/null, permissions: rw, fileMode: 384}
                          mounts:
                            - {hostPath: %s/data, containerPath: /opt/acme/data, options: [ro, bind]}
                    """.formatted(work));
            var config = cri.pod("cdi");
            var pod = cri.run(config);
            var asking = Cri.container("a", stage.busybox(), "sleep", "1000").toBuilder();
            var byField = asking.clone()
                    .addCDIDevices(CDIDevice.newBuilder().setName("acme.example/gpu=0"))
                    .build();
            var byAnnotation = asking.clone()
                    .setMetadata(asking.getMetadata().toBuilder().setName("b"))
                    .putAnnotations("cdi.k8s.io/plugin", "acme.example/gpu=0")
                    .build();
            for (var request : new dev.carafe.cri.v1.ContainerConfig[] {byField, byAnnotation}) {
                var container = cri.createAndStart(pod, config, request);
                var shown =
                        "echo $ACME; echo x > /dev/acme0 && stat -c '%t:%T %a' /dev/acme0; id -G; cat /opt/acme/data";
                var out = cri.exec(container, "sh", "-c", shown);
                assertEquals(
                        "yes\n1:3 600\n0 4711\nof the device", out.getStdout().toStringUtf8(), out::toString);
            }
            var missing = asking.clone()
                    .setMetadata(asking.getMetadata().toBuilder().setName("c"))
                    .addCDIDevices(CDIDevice.newBuilder().setName("acme.example/gpu=1"))
                    .build();
            var failure = assertThrows(StatusRuntimeException.class, () -> cri.create(pod, config, missing));
            assertEquals(Status.Code.INVALID_ARGUMENT, failure.getStatus().getCode());
            assertTrue(failure.getMessage().contains("no device acme.example/gpu=1"), failure.getMessage());
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    /// On hosts with resctrl and without.
    @Test
    void aClassOfCachesThatTheNodeDoesNotHaveIsRefusedByName() throws Exception {
        try (var stage = Stage.set("runc")) {
            var file = Files.writeString(stage.host().work().resolve("rdt.yaml"), "partitions: {p: }");
            stage.host().configure("crio.runtime", "rdt_config_file = \"" + file + "\"");
            stage.restart();
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("rdt").toBuilder()
                    .putAnnotations("rdt.resources.beta.kubernetes.io/container.a", "bronze")
                    .build();
            var pod = cri.run(config);
            var refusal = assertThrows(
                    StatusRuntimeException.class,
                    () -> cri.create(pod, config, Cri.container("a", stage.busybox(), "sleep", "1000")));
            assertEquals(Status.Code.INVALID_ARGUMENT, refusal.getStatus().getCode());
            assertTrue(
                    refusal.getMessage()
                            .contains("annotations rdt.resources.beta.kubernetes.io/container.a: class bronze: "),
                    refusal.getMessage());
            cri.createAndStart(pod, config, Cri.container("b", stage.busybox(), "sleep", "1000"));
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    /// A script of that name stands for systemd.
    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void anInitFindsMemoryWhereItWritesAndIsToldWhereItIs(String runtime) throws Exception {
        try (var stage = Stage.set(runtime)) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var systemd = program(stage.host().work().resolve("systemd"), "#!/bin/sh\nexec sleep 1000\n");
            var config = cri.pod("init");
            var pod = cri.run(config);
            var init = Cri.container("init", stage.busybox(), "/opt/systemd").toBuilder()
                    .addMounts(Mount.newBuilder()
                            .setHostPath(systemd.toString())
                            .setContainerPath("/opt/systemd")
                            .setReadonly(true))
                    .build();
            var shown = "for p in /run /run/lock /tmp /var/log/journal; do echo x >$p/x; stat -f -c '%T %n' $p; done;"
                    + " tr '\\0' '\\n' </proc/1/environ | grep ^container";
            var output = cri.exec(cri.createAndStart(pod, config, init), "sh", "-c", shown);
            assertEquals(
                    "tmpfs /run\ntmpfs /run/lock\ntmpfs /tmp\ntmpfs /var/log/journal\ncontainer=crio\n",
                    output.getStdout().toStringUtf8(),
                    output::toString);
            var other = cri.createAndStart(pod, config, Cri.container("other", stage.busybox(), "sleep", "1000"));
            assertEquals(
                    "0\n.\n",
                    cri.exec(other, "sh", "-c", "grep -c ' /tmp ' /proc/mounts; echo $container.")
                            .getStdout()
                            .toStringUtf8());
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void annotationsThatTheHandlerAllowsAreHeededAndTheTimeZoneIsTheNodes(String runtime) throws Exception {
        try (var stage = Stage.set(runtime)) {
            stage.host()
                    .configure(
                            "crio.runtime.runtimes." + runtime,
                            "allowed_annotations = [\"io.kubernetes.cri-o.umask\", \"io.kubernetes.cri-o.ShmSize\","
                                    + " \"io.kubernetes.cri-o.Devices\"]");
            stage.host().configure("crio.runtime", "timezone = \"Local\"\nallowed_devices = [\"/dev/full\"]");
            stage.restart();
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("notes").toBuilder()
                    .putAnnotations("io.kubernetes.cri-o.umask", "027")
                    .putAnnotations("io.kubernetes.cri-o.ShmSize", "8Mi")
                    .putAnnotations("devices.crio.io", "/dev/full:/dev/brim:rw")
                    .build();
            var pod = cri.run(config);
            var container = cri.createAndStart(pod, config, Cri.container("a", stage.busybox(), "sleep", "1000"));
            assertEquals(
                    "Umask:\t0027\n",
                    cri.exec(container, "grep", "Umask", "/proc/1/status")
                            .getStdout()
                            .toStringUtf8());
            var shm = cri.exec(container, "sh", "-c", "df -k /dev/shm | tail -n 1");
            assertTrue(shm.getStdout().toStringUtf8().matches("(?s)\\S+\\s+8192\\s.*"), shm::toString);
            assertEquals(
                    "1:7\n",
                    cri.exec(container, "stat", "-c", "%t:%T", "/dev/brim")
                            .getStdout()
                            .toStringUtf8());
            if (Files.exists(Path.of("/etc/localtime"))) {
                var zone = cri.exec(container, "cat", "/etc/localtime").getStdout();
                assertEquals(Files.size(Path.of("/etc/localtime").toRealPath()), zone.size());
            }
            var greedy = config.toBuilder()
                    .setMetadata(config.getMetadata().toBuilder().setName("greedy"))
                    .putAnnotations("devices.crio.io", "/dev/kmsg")
                    .build();
            var other = cri.run(greedy);
            var failure = assertThrows(
                    StatusRuntimeException.class,
                    () -> cri.create(other, greedy, Cri.container("a", stage.busybox(), "sleep", "1000")));
            assertTrue(failure.getMessage().contains("/dev/kmsg is not among allowed_devices"), failure.getMessage());
            cri.removePod(other);
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aVolumeShowsThePodsLogsAndNoMountIsLeftAfterACrash(String runtime) throws Exception {
        var uid = UUID.randomUUID().toString();
        var kubelets = Path.of("/var/lib/kubelet/pods").resolve(uid);
        try (var stage = Stage.set(runtime)) {
            stage.host().configure("crio.runtime.runtimes." + runtime, "allowed_annotations = [\"link-logs.crio.io\"]");
            stage.restart();
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var volume = Files.createDirectories(kubelets.resolve("volumes/kubernetes.io~empty-dir/seen"));
            var config = linking(cri.pod("links"), uid, stage);
            var pod = cri.run(config);
            var writer = cri.createAndStart(pod, config, Cri.container("writer", stage.busybox(), "echo", "a line"));
            var asking = Cri.container("reader", stage.busybox(), "sleep", "1000").toBuilder()
                    .addMounts(Mount.newBuilder().setHostPath(volume.toString()).setContainerPath("/logs"))
                    .build();
            var reader = cri.createAndStart(pod, config, asking);
            Await.until("the line", () -> read(cri, reader, writer).endsWith("stdout F a line\n"));
            var write =
                    cri.exec(reader, "sh", "-c", "echo x > /logs/" + writer + ".log || rm /logs/" + writer + ".log");
            assertTrue(write.getExitCode() != 0, write::toString);

            stage.crashAndRestart();
            var later = stage.cri();
            assertTrue(read(later, reader, writer).endsWith("a line\n"));
            later.removePod(pod);
            stage.assertNothingIsLeft();
            assertEquals(List.of(), mountsBelow(kubelets));
            assertEquals(
                    List.of(),
                    Tree.list(volume).stream()
                            .filter(file -> !file.equals(volume))
                            .toList());
        } finally {
            for (var mount : mountsBelow(kubelets)) {
                Programs.run(List.of("umount", "-l", mount));
            }
            Programs.output("rm", "-rf", "--one-file-system", kubelets.toString());
            Programs.run(List.of("rmdir", "--ignore-fail-on-non-empty", "/var/lib/kubelet/pods", "/var/lib/kubelet"));
        }
    }

    private static PodSandboxConfig linking(PodSandboxConfig pod, String uid, Stage stage) {
        var metadata = pod.getMetadata().toBuilder().setUid(uid).build();
        var folder = metadata.getNamespace() + "_" + metadata.getName() + "_" + uid;
        return pod.toBuilder()
                .setMetadata(metadata)
                .setLogDirectory(
                        stage.host().work().resolve("pods").resolve(folder).toString())
                .putAnnotations("io.kubernetes.cri-o.LinkLogs", "seen")
                .build();
    }

    private static String read(Cri cri, String reader, String container) {
        return cri.exec(reader, "cat", "/logs/" + container + ".log")
                .getStdout()
                .toStringUtf8();
    }

    private static List<String> mountsBelow(Path folder) throws IOException {
        return Files.readString(Path.of("/proc/self/mountinfo"))
                .lines()
                .map(line -> line.split(" ")[4])
                .filter(target -> target.startsWith(folder + "/"))
                .toList();
    }

    private static Path program(Path file, String text) throws Exception {
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
