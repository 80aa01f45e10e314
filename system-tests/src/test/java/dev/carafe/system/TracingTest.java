package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.VersionRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The spans of a real daemon, as a receiver of OTLP sees them.
@Tag("system")
class TracingTest {
    private static final String RUNTIME = "runtime.v1.RuntimeService/";
    private static final String IMAGE = "runtime.v1.ImageService/";
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";
    private static final Map<String, String> TRACED = Map.of("traceparent", "00-" + TRACE + "-" + CALLER + "-01");

    private static final List<String> MAKING = List.of("monitor", "container root", "runtime create", "runtime start");

    @Test
    void thePhasesOfAPodsLifeAreSpansUnderThoseOfTheKubelet() throws Exception {
        try (var stage = Stage.set("runc");
                var collector = Collector.start(0)) {
            stage.host().configure("crio.stats", collector.table(0));
            stage.restart();
            stage.daemon().bring(TRACED);
            live(stage);
            stage.daemon().bring(Map.of());
            stage.cri().daemon().runtime().version(VersionRequest.getDefaultInstance());
            stage.daemon().close(); // which sends all that is left
            assertPull(collector);
            assertPodStart(collector);
            assertContainer(collector);
            assertEquals(List.of("runtime exec"), collector.below(collector.await(RUNTIME + "ExecSync")));
            var stop = collector.await(RUNTIME + "StopPodSandbox");
            assertTrue(
                    collector.below(stop).contains("network DEL"),
                    () -> collector.below(stop).toString());
            assertTrue(
                    collector.spans().stream().noneMatch(s -> s.getName().endsWith("Version")),
                    "nobody asked for a trace of it");
            assertResource(collector);
        }
    }

    private static void live(Stage stage) throws InterruptedException {
        var cri = stage.cri();
        cri.pull(stage.busybox());
        var config = Cri.sharingProcesses(cri.pod("traced"));
        var pod = cri.run(config);
        var container = cri.createAndStart(pod, config, Cri.container("c", stage.busybox(), "sleep", "1000"));
        cri.exec(container, "true");
        cri.removePod(pod);
    }

    private static Span request(Collector collector, String name) throws InterruptedException {
        var span = collector.await(name);
        assertEquals(TRACE, Collector.hex(span.getTraceId()), name);
        assertEquals(CALLER, Collector.hex(span.getParentSpanId()), name);
        assertEquals(Span.SpanKind.SPAN_KIND_SERVER, span.getKind(), name);
        assertEquals("0", Collector.attribute(span, "rpc.grpc.status_code"), name);
        assertEquals("grpc", Collector.attribute(span, "rpc.system"), name);
        assertEquals(8, Collector.attribute(span, "carafe.id").length(), name);
        return span;
    }

    private static void assertPull(Collector collector) throws InterruptedException {
        var pull = request(collector, IMAGE + "PullImage");
        assertEquals(
                List.of(
                        "resolve manifest",
                        "signatures",
                        "image configuration",
                        "layer",
                        "settle layers",
                        "commit image"),
                collector.below(pull));
        var layer = collector.child(pull, "layer");
        assertTrue(Collector.attribute(layer, "carafe.layer").startsWith("sha256:"), layer::toString);
        assertEquals(List.of("open blob"), collector.below(layer));
    }

    private static void assertPodStart(Collector collector) throws InterruptedException {
        var run = request(collector, RUNTIME + "RunPodSandbox");
        assertEquals(
                List.of(
                        "pod record",
                        "pod files",
                        "pod cgroup",
                        "pod namespaces",
                        "network ADD",
                        "sandbox process",
                        "pod ready"),
                collector.below(run));
        assertEquals(64, Collector.attribute(run, "carafe.pod").length());
        assertEquals(MAKING, collector.below(collector.child(run, "sandbox process")));
        for (var phase : collector.children(run)) {
            assertTrue(
                    phase.getStartTimeUnixNano() >= run.getStartTimeUnixNano()
                            && phase.getEndTimeUnixNano() <= run.getEndTimeUnixNano(),
                    phase::getName);
        }
    }

    private static void assertContainer(Collector collector) throws InterruptedException {
        var create = request(collector, RUNTIME + "CreateContainer");
        var phases = collector.below(create);
        assertTrue(
                phases.containsAll(
                        List.of("container record", "monitor", "container root", "bundle", "runtime create")),
                phases::toString);
        assertEquals(List.of("runtime start"), collector.below(request(collector, RUNTIME + "StartContainer")));
    }

    private static void assertResource(Collector collector) throws IOException {
        var resource = collector.received().getFirst().getResource();
        var attributes = resource.toString();
        assertTrue(attributes.contains("\"service.name\"") && attributes.contains("\"crio\""), attributes);
        var host = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        assertTrue(attributes.contains('"' + host + '"'), attributes);
    }

    @Test
    void aCollectorThatIsAwayHoldsUpNothingAndIsToldOfOnce() throws Exception {
        try (var stage = Stage.set("runc")) {
            int port;
            String container;
            try (var collector = Collector.start(0)) {
                port = collector.port();
                stage.host().configure("crio.stats", collector.table(1_000_000));
                stage.restart();
                var cri = stage.cri();
                cri.pull(stage.busybox());
                var config = cri.pod("alone");
                container = cri.createAndStart(
                        cri.run(config), config, Cri.container("c", stage.busybox(), "sleep", "1000"));
                // A stream's own connection belongs to the request that granted it.
                assertEquals(0, stage.daemon().ctl("exec", container, "true").code());
                var exec = collector.await(RUNTIME + "Exec");
                Await.until("the command's span", () -> collector.below(exec).equals(List.of("runtime exec")));
            }
            for (var i = 0; i < 20; i++) {
                stage.cri().exec(container, "true");
            }
            Await.until("word of it", () -> told(stage, "takes no spans") == 1);
            stage.cri().exec(container, "true");
            try (var back = Collector.start(port)) {
                Await.until("spans again", () -> {
                    stage.cri().exec(container, "true");
                    return !back.spans().isEmpty();
                });
                Await.until("word of that", () -> told(stage, "takes spans again") == 1);
            }
            assertEquals(1, told(stage, "takes no spans"));
        }
    }

    private static long told(Stage stage, String words) throws IOException {
        return TestDaemon.logOf(stage.host())
                .lines()
                .filter(line -> line.contains(words))
                .count();
    }

    @Test
    void whereTracingIsOffNothingOfItIsLoaded() throws Exception {
        try (var host = TestHost.create("runc")) {
            var classes = host.work().resolve("classes");
            var options = Map.of("CARAFE_JAVA_OPTIONS", "-Xlog:class+load:file=" + classes);
            try (var daemon = TestDaemon.start(host, options)) {
                daemon.bring(TRACED);
                daemon.runtime().version(VersionRequest.getDefaultInstance());
            }
            var loaded = Files.readString(classes);
            assertTrue(loaded.contains("dev.carafe.daemon.grpc.Calls"), "no list of classes");
            assertFalse(loaded.contains("io.opentelemetry"), "classes of OpenTelemetry are loaded");
            assertFalse(loaded.contains("dev.carafe.daemon.tracing"), "classes of tracing are loaded");
        }
    }
}
