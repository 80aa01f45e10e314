package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.ContainerState;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.SecurityProfile;
import dev.carafe.cri.v1.SecurityProfile.ProfileType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Containers whose pods ask to be told of what their seccomp profiles forbid.
@Tag("system")
class SeccompNotifierTest {
    private static final String ANNOTATION = "io.kubernetes.cri-o.seccompNotifierAction";
    private static final Pattern PORT = Pattern.compile("metrics are served on 127\\.0\\.0\\.1 port (\\d+)");

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aContainerEndsForWhatItCallsWhereItsPodWantsThat(String runtime) throws Exception {
        try (var stage = allowing(runtime)) {
            var cri = stage.cri();
            var config = asking(cri.pod("strict"), "stop");
            var pod = cri.run(config);
            var container = cri.create(pod, config, forbidding(stage, localhost(stage), "mkdir /x; sleep 1000"));
            assertEquals(1, sockets(stage).size());
            cri.start(container);
            assertFails(cri, container, "Function not implemented", "chroot", "/");
            assertFails(cri, container, "Function not implemented", "chroot", "/");

            var ended = cri.awaitExit(container);
            assertEquals("seccomp killed", ended.getReason());
            assertEquals("Used forbidden syscalls: chroot (2x), mkdir (1x)", ended.getMessage());
            assertEquals(137, ended.getExitCode());
            assertEquals("2", counted(stage, "k8s_main_strict_tests_strict-uid_0", "chroot"));
            assertEquals("1", counted(stage, "k8s_main_strict_tests_strict-uid_0", "mkdir"));
            assertEquals(List.of(), sockets(stage));

            stage.crashAndRestart();
            assertEquals(ended, stage.cri().status(container));
            stage.cri().removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void itGoesOnWhereThePodOnlyWantsToKnowAlsoAfterACrash(String runtime) throws Exception {
        try (var stage = allowing(runtime)) {
            var cri = stage.cri();
            var config = asking(cri.pod("curious"), "");
            var pod = cri.run(config);
            var profile = SecurityProfile.newBuilder()
                    .setProfileType(ProfileType.RuntimeDefault)
                    .build();
            var container = cri.createAndStart(pod, config, forbidding(stage, profile, "sleep 1000"));
            assertFails(cri, container, "Function not implemented", "chroot", "/");
            Await.until(
                    "the daemon's word", () -> TestDaemon.logOf(stage.host()).contains("forbidden: chroot (1x)"));
            assertEquals(ContainerState.CONTAINER_RUNNING, cri.status(container).getState());
            Await.until("the end of the command's filter", () -> filters(stage) == 1);

            stage.crashAndRestart();
            assertFails(stage.cri(), container, "Function not implemented", "chroot", "/");
            assertEquals("1", counted(stage, "k8s_main_curious_tests_curious-uid_0", "chroot"));
            assertEquals(1, sockets(stage).size());
            Await.until("the end of the command's filter", () -> filters(stage) == 0);
            stage.cri().removePod(pod);
            assertEquals(List.of(), sockets(stage));
            stage.assertNothingIsLeft();
        }
    }

    @Test
    void anAnnotationThatTheHandlerDoesNotAllowHasNoEffect() throws Exception {
        try (var stage = Stage.set("crun")) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = asking(cri.pod("refused"), "stop");
            var pod = cri.run(config);
            var container = cri.createAndStart(pod, config, forbidding(stage, localhost(stage), "sleep 1000"));
            assertFails(cri, container, "Operation not permitted", "chroot", "/");
            assertEquals(List.of(), sockets(stage));
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    private static Stage allowing(String runtime) throws IOException, InterruptedException {
        var stage = Stage.set(runtime);
        stage.host().configure("crio.runtime.runtimes." + runtime, "allowed_annotations = [\"" + ANNOTATION + "\"]");
        stage.host().configure("crio.stats", "[crio.metrics]\nenable_metrics = true\nmetrics_port = 0");
        stage.restart();
        stage.cri().pull(stage.busybox());
        return stage;
    }

    private static PodSandboxConfig asking(PodSandboxConfig pod, String action) {
        return pod.toBuilder().putAnnotations(ANNOTATION, action).build();
    }

    private static SecurityProfile localhost(Stage stage) throws IOException {
        var file = Files.writeString(stage.host().work().resolve("profile.json"), """
                {"defaultAction":"SCMP_ACT_ALLOW",
                 "syscalls":[{"names":["mkdir","chroot"],"action":"SCMP_ACT_ERRNO","errnoRet":1}]}
                """);
        return SecurityProfile.newBuilder()
                .setProfileType(ProfileType.Localhost)
                .setLocalhostRef(file.toString())
                .build();
    }

    private static ContainerConfig forbidding(Stage stage, SecurityProfile profile, String script) {
        var container = Cri.container("main", stage.busybox(), "sh", "-c", script).toBuilder();
        container.getLinuxBuilder().getSecurityContextBuilder().setSeccomp(profile);
        return container.build();
    }

    private static void assertFails(Cri cri, String container, String words, String... command) {
        var result = cri.exec(container, 30, command);
        assertNotEquals(0, result.getExitCode());
        assertTrue(result.getStderr().toStringUtf8().contains(words), result.getStderr()::toStringUtf8);
    }

    private static List<Path> sockets(Stage stage) throws IOException {
        var folder = stage.host().run().resolve("carafe/seccomp");
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (var sockets = Files.list(folder)) {
            return sockets.toList();
        }
    }

    /// Whose calls the daemon is told of now.
    private static long filters(Stage stage) {
        try (var open = Files.list(Path.of("/proc", Long.toString(stage.daemon().pid()), "fd"))) {
            return open.filter(SeccompNotifierTest::isFilter).count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isFilter(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString().equals("anon_inode:seccomp notify");
        } catch (IOException _) {
            return false; // closed since it was listed
        }
    }

    private static String counted(Stage stage, String name, String call) throws IOException, InterruptedException {
        var found = PORT.matcher(TestDaemon.logOf(stage.host())).results().toList();
        var page = Programs.run(
                List.of("curl", "-sf", "http://127.0.0.1:" + found.getLast().group(1) + "/metrics"));
        var series = "container_runtime_crio_containers_seccomp_notifier_count_total{name=\"" + name + "\",syscall=\""
                + call + "\"} ";
        return page.output()
                .lines()
                .filter(line -> line.startsWith(series))
                .map(line -> line.substring(series.length()))
                .findFirst()
                .orElse("none");
    }
}
