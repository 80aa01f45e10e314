package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// HTTP/1.1 on the daemon's socket, asked by curl as cAdvisor and crio's clients ask, and by `carafe status`.
@Tag("system")
class StatusTest {
    private static String get(Stage stage, String path) throws IOException, InterruptedException {
        return Programs.output(
                "curl", "-sf", "--unix-socket", stage.host().socket().toString(), "http://crio" + path);
    }

    private static int statusOf(Stage stage, String path) throws IOException, InterruptedException {
        var result = Programs.run(List.of(
                "curl",
                "-s",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code}",
                "--unix-socket",
                stage.host().socket().toString(),
                "http://crio" + path));
        return Integer.parseInt(result.output());
    }

    private static JsonObject json(Stage stage, String path) throws IOException, InterruptedException {
        return JsonParser.parseString(get(stage, path)).getAsJsonObject();
    }

    @Test
    void toolsOnTheNodeFindTheNodeItsPodsAndItsContainers() throws Exception {
        try (var stage = Stage.set("runc")) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("watched");
            var pod = cri.run(config);
            var id = cri.createAndStart(pod, config, Cri.container("main", stage.busybox(), "sleep", "1000"));

            assertEquals(
                    stage.host().work() + "/root",
                    json(stage, "/info").get("storage_root").getAsString());
            assertEquals("cgroupfs", json(stage, "/info").get("cgroup_driver").getAsString());
            var container = json(stage, "/containers/" + id);
            assertEquals(
                    "k8s_main_watched_tests_watched-uid_0",
                    container.get("name").getAsString());
            assertEquals(stage.busybox(), container.get("image").getAsString());
            assertEquals(
                    "main", container.getAsJsonObject("labels").get("container").getAsString());
            assertEquals(pod, container.get("sandbox").getAsString());
            assertEquals(
                    cri.podStatus(pod).getNetwork().getIp(),
                    container.getAsJsonArray("ip_addresses").get(0).getAsString());
            assertEquals(
                    cri.status(id).getCreatedAt(), container.get("created_time").getAsLong());
            assertEquals(cri.status(id).getLogPath(), container.get("log_path").getAsString());
            assertTrue(Files.exists(Path.of(container.get("root").getAsString(), "bin/busybox")));
            var command = Files.readString(Path.of("/proc", container.get("pid").getAsString(), "cmdline"));
            assertEquals("sleep\0" + "1000\0", command);
            var sandbox = json(stage, "/containers/" + pod);
            assertEquals(
                    "k8s_POD_watched_tests_watched-uid_0", sandbox.get("name").getAsString());
            assertEquals(container.get("pid"), sandbox.get("pid"));

            assertTrue(get(stage, "/config")
                    .contains("\nlisten = \"" + stage.host().socket() + "\"\n"));
            assertTrue(get(stage, "/debug/goroutines").contains("\"main\""));
            assertTrue(get(stage, "/debug/heap").contains("java.lang.String"));
            for (var path :
                    List.of("/", "/containers/", "/containers/nobody", "/containers/..%2f..", "/pause/nobody")) {
                assertEquals(404, statusOf(stage, path), path);
            }
            cri.removePod(pod);
            assertEquals(404, statusOf(stage, "/containers/" + id));
            stage.assertNothingIsLeft();
        }
    }

    @Test
    void aContainerIsPausedAndGoesOn() throws Exception {
        try (var stage = Stage.set("runc")) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("paused");
            var pod = cri.run(config);
            var count = "while :; do echo tick; sleep 0.05; done";
            var id = cri.createAndStart(pod, config, Cri.container("main", stage.busybox(), "sh", "-c", count));
            var log = Path.of(cri.status(id).getLogPath());
            Await.until("ticks", () -> Files.exists(log) && Files.size(log) > 200);

            assertEquals("200 OK", get(stage, "/pause/" + id));
            Await.until("silence", () -> {
                var before = Files.size(log);
                Thread.sleep(300);
                return Files.size(log) == before;
            });
            var silent = Files.size(log);
            assertEquals("200 OK", get(stage, "/unpause/" + id));
            Await.until("ticks again", () -> Files.size(log) > silent + 200);

            cri.stop(id, 0);
            assertEquals(409, statusOf(stage, "/pause/" + id));
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    @Test
    void aPortOfTheHostShowsWhatTheSocketShowsAndPausesNothing() throws Exception {
        try (var stage = Stage.set("runc")) {
            var port = TestHost.freePort();
            stage.host().configure("crio.api", "status_port = " + port);
            stage.restart();
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("shown");
            var pod = cri.run(config);
            var id = cri.createAndStart(pod, config, Cri.container("main", stage.busybox(), "sleep", "1000"));

            var address = "http://127.0.0.1:" + port;
            for (var path : List.of("/info", "/config", "/containers/" + id)) {
                assertEquals(get(stage, path), Programs.output("curl", "-sf", address + path), path);
            }
            assertTrue(Programs.output("curl", "-sf", address + "/debug/goroutines")
                    .contains("\"main\""));
            for (var path : List.of("/pause/" + id, "/unpause/" + id, "/%70ause/" + id)) {
                var answer = Programs.output("curl", "-s", "-w", "%{http_code}", address + path);
                assertEquals("containers are paused over the daemon's socket only\n403", answer, path);
            }
            assertEquals("200 OK", get(stage, "/pause/" + id));
            assertEquals("200 OK", get(stage, "/unpause/" + id));
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    @Test
    void theCommandLineShowsWhatTheDaemonAnswers() throws Exception {
        try (var stage = Stage.set("runc")) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("shown");
            var pod = cri.run(config);
            var id = cri.createAndStart(pod, config, Cri.container("main", stage.busybox(), "sleep", "1000"));

            var info = status(stage, "info");
            assertTrue(info.contains("cgroup driver: cgroupfs\n"), info);
            assertTrue(info.contains("storage root: " + stage.host().work() + "/root\n"), info);
            var container = status(stage, "containers", "--id", id);
            assertTrue(container.contains("name: k8s_main_shown_tests_shown-uid_0\n"), container);
            assertTrue(container.contains("\n  container: main\n"), container);
            assertTrue(status(stage, "config").contains("default_runtime = \"runc\""));
            assertTrue(status(stage, "threads").contains("\"main\""));
            var heap = stage.host().work().resolve("heap");
            var _ = status(stage, "heap", "--file", heap.toString());
            assertTrue(Files.readString(heap).contains("java.lang.String"));
            var missing = Programs.run(stage.daemon().statusCommand("containers", "--id", "nobody"));
            assertEquals(1, missing.code(), missing::output);
            assertFalse(missing.output().contains("\tat "), missing::output);
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    private static String status(Stage stage, String... arguments) throws IOException, InterruptedException {
        return Programs.output(stage.daemon().statusCommand(arguments).toArray(String[]::new));
    }
}
