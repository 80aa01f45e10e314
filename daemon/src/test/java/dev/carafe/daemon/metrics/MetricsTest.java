package dev.carafe.daemon.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Descriptor;
import dev.carafe.oci.Digest;
import dev.carafe.oci.Platform;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTest {
    private static final String PREFIX = "container_runtime_crio_";

    private final Metrics metrics = new Metrics(List.of("all"), "crun");

    private void assertServed(String line) {
        var text = metrics.text();
        assertTrue(text.contains("\n" + PREFIX + line + "\n"), () -> line + " in\n" + text);
    }

    private static Descriptor layer(long size) {
        return new Descriptor(
                "application/vnd.oci.image.layer.v1.tar+gzip",
                Digest.sha256(Long.toString(size).getBytes(StandardCharsets.UTF_8)),
                size,
                Map.of(),
                Platform.host(),
                List.of());
    }

    @Test
    void callsAreCountedByNameWithTheirErrorsAndTimes() {
        metrics.ended("RunPodSandbox", Duration.ofMillis(250), false);
        metrics.ended("RunPodSandbox", Duration.ofMillis(750), true);
        assertServed("operations_total{operation=\"RunPodSandbox\"} 2");
        assertServed("operations_errors_total{operation=\"RunPodSandbox\"} 1");
        assertServed("operations_latency_seconds{operation=\"RunPodSandbox\"} 0.75");
        assertServed("operations_latency_seconds_total{operation=\"RunPodSandbox\",quantile=\"0.5\"} 0.25");
        assertServed("operations_latency_seconds_total{operation=\"RunPodSandbox\",quantile=\"0.99\"} 0.75");
        assertServed("operations_latency_seconds_total_sum{operation=\"RunPodSandbox\"} 1");
        assertServed("operations_latency_seconds_total_count{operation=\"RunPodSandbox\"} 2");
    }

    @Test
    void pullsAreCountedByTheirLayers() {
        metrics.pulled(List.of(layer(999), layer(60_000_000)), List.of(layer(1001)));
        var type = "mediatype=\"application/vnd.oci.image.layer.v1.tar+gzip\"";
        assertServed("image_pulls_success_total 1");
        assertServed("image_pulls_layer_size_bucket{le=\"1000\"} 1");
        assertServed("image_pulls_layer_size_bucket{le=\"50000000\"} 1");
        assertServed("image_pulls_layer_size_bucket{le=\"+Inf\"} 2");
        assertServed("image_pulls_layer_size_sum 60000999");
        assertServed("image_pulls_bytes_total{" + type + ",size=\"1000\"} 999");
        assertServed("image_pulls_bytes_total{" + type + ",size=\"100000000\"} 60000000");
        assertServed("image_pulls_skipped_bytes_total{size=\"1000000\"} 1001");
        assertServed("image_layer_reuse_total{name=\"" + layer(1001).digest() + "\"} 1");
    }

    @Test
    void pullsThatFailAreCountedByTheCause() {
        metrics.failed(new IOException("pull x", new ConnectException("Connection refused")));
        metrics.failed(new IOException("pull x", new ConnectException("connection timed out: /192.0.2.1")));
        metrics.failed(new IOException("no space left"));
        assertServed("image_pulls_failure_total{error=\"CONNECTION_REFUSED\"} 1");
        assertServed("image_pulls_failure_total{error=\"CONNECTION_TIMEOUT\"} 1");
        assertServed("image_pulls_failure_total{error=\"UNKNOWN\"} 1");
    }

    @Test
    void containersWithoutMemoryOrMonitorAreCountedByName() {
        metrics.ended("k8s_a_b_c_d_0", "OOMKilled");
        metrics.ended("k8s_a_b_c_d_0", "ContainerStatusUnknown");
        metrics.ended("k8s_a_b_c_d_0", "Completed");
        assertServed("containers_oom_total 1");
        assertServed("containers_oom_count_total{name=\"k8s_a_b_c_d_0\"} 1");
        assertServed("containers_stopped_monitor_count{name=\"k8s_a_b_c_d_0\"} 1");
    }

    @Test
    void callsThatAProfileForbidsAreCountedByTheirNames() {
        metrics.forbidden("k8s_a_b_c_d_0", "chroot");
        metrics.forbidden("k8s_a_b_c_d_0", "chroot");
        metrics.forbidden("k8s_a_b_c_d_0", "mount");
        assertServed("containers_seccomp_notifier_count_total{name=\"k8s_a_b_c_d_0\",syscall=\"chroot\"} 2");
        assertServed("containers_seccomp_notifier_count_total{name=\"k8s_a_b_c_d_0\",syscall=\"mount\"} 1");
    }

    @Test
    void theDefaultRuntimeIsOneAlsoAfterItHasChanged() {
        assertServed("default_runtime{runtime=\"crun\"} 1");
        metrics.useByDefault("runc");
        assertServed("default_runtime{runtime=\"runc\"} 1");
        assertFalse(metrics.text().contains("crun\"} 1"));
    }

    @Test
    void theProcessTellsOfItself() {
        var text = metrics.text();
        for (var name : List.of("process_resident_memory_bytes", "process_open_fds", "jvm_threads_current")) {
            assertTrue(text.matches("(?s).*\n" + name + " [1-9][0-9.E]*\n.*"), () -> name + " in\n" + text);
        }
        assertTrue(text.contains("jvm_memory_used_bytes{area=\"heap\"} "), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"operations_total", "crio_operations_total", "container_runtime_crio_operations_total"})
    void onlyTheCollectorsThatAreWantedAreServed(String word) {
        assertTrue(Collector.isKnown(word));
        var few = new Metrics(List.of(word), "crun");
        few.ended("Version", Duration.ofMillis(1), false);
        var text = few.text();
        assertTrue(text.contains(PREFIX + "operations_total{operation=\"Version\"} 1\n"), text);
        assertEquals(1, text.split("# TYPE " + PREFIX, -1).length - 1, text);
    }

    @Test
    void aWordThatIsNoCollectorIsKnownAsSuch() {
        assertTrue(Collector.isKnown("all"));
        for (var word : List.of("", "everything", "crio_", "container_runtime_operations", "Operations_Total")) {
            assertFalse(Collector.isKnown(word), word);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-3, -3", "0.25, 0.25", "1e14, 100000000000000", "NaN, NaN", "Infinity, +Inf"})
    void numbersAreWrittenAsPrometheusReadsThem(double value, String text) {
        assertEquals(text, Exposition.number(value));
    }

    @Test
    void nothingInALabelEndsItsLine() {
        var values = Values.counter("a", "say \"hi\"\\\n", "b");
        values.add(1, "x\"\n\\y");
        var exposition = new Exposition();
        values.write(exposition);
        assertEquals("""
                # HELP a say "hi"\\\\\\n
                # TYPE a counter
                a{b="x\\"\\n\\\\y"} 1
                """, exposition.toString());
    }

    @Test
    void tooManyLabelsShareOneSeries() {
        var values = Values.counter("a", "A.", "b");
        for (var i = 0; i < Values.MAX_SERIES + 500; i++) {
            values.add(1, "n" + i);
        }
        values.add(1, "n0");
        var exposition = new Exposition();
        values.write(exposition);
        var text = exposition.toString();
        assertEquals(
                Values.MAX_SERIES + 1,
                text.lines().filter(line -> line.startsWith("a{")).count());
        assertTrue(text.contains("a{b=\"n0\"} 2\n"), text);
        assertTrue(text.contains("a{b=\"" + Values.OTHERS + "\"} 500\n"), text);
        assertThrows(IllegalArgumentException.class, () -> values.add(1));
    }

    @Test
    void quantilesAreOfTheLastMinutesAndSumsOfAll() {
        var now = new AtomicLong();
        var summary = new Summary("a", "A.", "b", now::get);
        for (var i = 1; i <= 100; i++) {
            summary.observe("x", i);
        }
        now.addAndGet(Duration.ofMinutes(9).toNanos());
        assertTrue(text(summary).contains("a{b=\"x\",quantile=\"0.9\"} 90\n"), text(summary));
        now.addAndGet(Duration.ofMinutes(2).toNanos());
        summary.observe("x", 7);
        assertTrue(text(summary).contains("a{b=\"x\",quantile=\"0.99\"} 7\n"), text(summary));
        assertTrue(text(summary).contains("a_sum{b=\"x\"} 5057\na_count{b=\"x\"} 101\n"), text(summary));
        now.addAndGet(Duration.ofMinutes(11).toNanos());
        assertTrue(text(summary).contains("a{b=\"x\",quantile=\"0.5\"} NaN\n"), text(summary));
    }

    private static String text(Family family) {
        var exposition = new Exposition();
        family.write(exposition);
        return exposition.toString();
    }
}
