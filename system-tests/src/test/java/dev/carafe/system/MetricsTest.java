package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.LinuxContainerConfig;
import dev.carafe.cri.v1.LinuxContainerResources;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What a pod's life counts, as a real Prometheus collects it.
@Tag("system")
class MetricsTest {
    private static final Pattern PORT = Pattern.compile("metrics are served on 127\\.0\\.0\\.1 port (\\d+)");

    @Test
    void aPrometheusCollectsWhatAPodsLifeCounts() throws Exception {
        try (var stage = Stage.set("runc")) {
            stage.host().configure("crio.stats", "[crio.metrics]\nenable_metrics = true\nmetrics_port = 0");
            stage.restart();
            var port = port(stage);
            live(stage);
            assertPromtoolReads(port);
            try (var prometheus = Prometheus.start(stage.host(), port)) {
                Await.until("a scrape", () -> prometheus.query("up").equals("1"));
                assertEquals("1", prometheus.query(crio("operations_total{operation=\"RunPodSandbox\"}")));
                assertEquals("2", prometheus.query(crio("operations_total{operation=\"PullImage\"}")));
                assertEquals("1", prometheus.query(crio("operations_errors_total{operation=\"PullImage\"}")));
                assertEquals(
                        "1",
                        prometheus.query(crio("operations_latency_seconds_total_count{operation=\"RunPodSandbox\"}")));
                assertEquals("1", prometheus.query("sum(" + crio("image_pulls_failure_total)")));
                assertEquals("1", prometheus.query(crio("image_pulls_success_total")));
                assertEquals("1", prometheus.query(crio("image_pulls_layer_size_count")));
                assertEquals("1", prometheus.query(crio("containers_oom_total")));
                assertEquals(
                        "1",
                        prometheus.query(
                                crio("containers_oom_count_total{name=\"k8s_greedy_counted_tests_counted-uid_0\"}")));
                assertEquals("1", prometheus.query(crio("default_runtime{runtime=\"runc\"}")));
                assertEquals("1", prometheus.query("count(process_resident_memory_bytes{job=\"carafe\"} > 1e7)"));
            }
            stage.assertNothingIsLeft();
        }
    }

    private static String crio(String metric) {
        return "container_runtime_crio_" + metric;
    }

    private static int port(Stage stage) throws IOException, InterruptedException {
        Await.until(
                "metrics", () -> PORT.matcher(TestDaemon.logOf(stage.host())).find());
        var found = PORT.matcher(TestDaemon.logOf(stage.host())).results().toList();
        return Integer.parseInt(found.getLast().group(1));
    }

    private static void live(Stage stage) throws InterruptedException {
        var cri = stage.cri();
        var missing = stage.busybox().replace("busybox", "missing");
        assertThrows(StatusRuntimeException.class, () -> cri.pull(missing));
        cri.pull(stage.busybox());
        var config = cri.pod("counted");
        var pod = cri.run(config);
        var greedy = greedy(Cri.container("greedy", stage.busybox(), "sh", "-c", "x=aaaa; while :; do x=$x$x; done"));
        assertEquals(
                "OOMKilled",
                cri.awaitExit(cri.createAndStart(pod, config, greedy)).getReason());
        cri.removePod(pod);
    }

    private static ContainerConfig greedy(ContainerConfig container) {
        var limit = LinuxContainerResources.newBuilder().setMemoryLimitInBytes(20L << 20);
        return container.toBuilder()
                .setLinux(LinuxContainerConfig.newBuilder().setResources(limit))
                .build();
    }

    /// It complains (3) of names that are CRI-O's, and could not read what is no metric (1).
    private static void assertPromtoolReads(int port) throws IOException, InterruptedException {
        var check = "curl -sf http://127.0.0.1:" + port + "/metrics | promtool check metrics";
        var result = Programs.run(List.of("sh", "-c", check));
        assertTrue(result.code() == 0 || result.code() == 3, result::output);
        assertTrue(result.output().lines().noneMatch(line -> line.contains("error while linting")), result::output);
    }

    /// One that collects from the daemon every second.
    private record Prometheus(Process process, int port) implements AutoCloseable {
        static Prometheus start(TestHost host, int daemon) throws IOException {
            var port = TestHost.freePort();
            var file = host.work().resolve("prometheus.yml");
            Files.writeString(file, """
                    global: {scrape_interval: 1s}
                    scrape_configs:
                      - job_name: carafe
                        static_configs: [{targets: ["127.0.0.1:%d"]}]
                    """.formatted(daemon));
            var log = host.work().resolve("prometheus.log").toFile();
            var process = new ProcessBuilder(
                            "prometheus",
                            "--config.file=" + file,
                            "--storage.tsdb.path=" + host.work().resolve("prometheus"),
                            "--web.listen-address=127.0.0.1:" + port)
                    .redirectErrorStream(true)
                    .redirectOutput(log)
                    .start();
            return new Prometheus(process, port);
        }

        /// The value of the first series; empty where there is none, or before it answers.
        String query(String expression) throws IOException, InterruptedException {
            var url = "http://127.0.0.1:" + port + "/api/v1/query?query="
                    + URLEncoder.encode(expression, StandardCharsets.UTF_8);
            var result = Programs.run(List.of("curl", "-s", url));
            if (result.code() != 0 || !result.output().startsWith("{")) {
                return "";
            }
            var answer = JsonParser.parseString(result.output()).getAsJsonObject();
            assertEquals("success", answer.get("status").getAsString(), result.output());
            var series = answer.getAsJsonObject("data").getAsJsonArray("result");
            return series.isEmpty()
                    ? ""
                    : series.get(0)
                            .getAsJsonObject()
                            .getAsJsonArray("value")
                            .get(1)
                            .getAsString();
        }

        @Override
        public void close() throws IOException {
            Cleanup.run(this::end);
        }

        private void end() throws InterruptedException {
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }
}
