package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.carafe.engine.Engine;
import dev.carafe.engine.Failpoint;
import dev.carafe.engine.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Breaks a pod's life after each step of each operation, once by a failure and once by the daemon's sudden end, and
/// finds nothing left behind.
@Tag("system")
class SweepTest {
    private static final String RUNTIME = "runc";

    private static TestHost host;
    private static TestRegistry registry;
    private static String image;

    @BeforeAll
    static void prepare() throws IOException, InterruptedException {
        host = TestHost.create(RUNTIME);
        registry = TestRegistry.start(host.work());
        image = registry.pushBusybox("busybox:latest");
        host.configure("crio.image", "pause_image = \"" + image + "\"");
    }

    @AfterAll
    static void cleanUp() throws IOException {
        try (var _ = host) {
            registry.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLeftAfterAFailureAt(Step step) throws Exception {
        var fails = new AtomicBoolean(true);
        Failpoint once = reached -> {
            if (reached == step && fails.getAndSet(false)) {
                throw new IOException("broken at " + step);
            }
        };
        try (var engine = Engine.open(PodLife.configuration(host), Clock.systemUTC(), once)) {
            var life = new PodLife(engine, host, image);
            assertThrows(IOException.class, life::run);
            assertTakenBack(step, life);
            life.removeAll();
            assertNothingIsLeft(life);
            life.run();
            assertNothingIsLeft(life);
        }
    }

    /// What was being made is gone at once, before anybody asks.
    private static void assertTakenBack(Step step, PodLife life) throws IOException, InterruptedException {
        if (step.name().startsWith("PULL_IMAGE")) {
            assertNothingIsLeft(life);
        } else if (step.name().startsWith("RUN_POD")) {
            assertEquals(0, life.podCount());
            assertEquals(List.of(), host.leftovers(ProcessHandle.current().pid()));
        } else if (step.name().startsWith("CREATE_CONTAINER")) {
            assertEquals(step == Step.CREATE_CONTAINER_TARGET ? 1 : 0, life.containerCount());
            assertEquals(1, life.podCount());
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLeftAfterACrashAt(Step step) throws Exception {
        var crash = crashAt(step);
        assertEquals(CrashingNode.CRASHED, crash.code(), crash::output);
        try (var engine = Engine.open(PodLife.configuration(host), Clock.systemUTC())) {
            var life = new PodLife(engine, host, image);
            life.removeAll();
            assertNothingIsLeft(life);
            life.run();
            assertNothingIsLeft(life);
        }
    }

    private static Programs.Result crashAt(Step step) throws IOException, InterruptedException {
        var project = Path.of(System.getProperty("carafe.project", ".."))
                .toAbsolutePath()
                .normalize();
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                project.resolve("system-tests/target/classes") + ":" + project.resolve("daemon/target/carafe/lib")
                        + "/*",
                CrashingNode.class.getName()));
        Stream.of(host.work().toString(), RUNTIME, image, step.name()).forEach(command::add);
        return Programs.run(command);
    }

    private static void assertNothingIsLeft(PodLife life) throws IOException, InterruptedException {
        assertEquals(0, life.podCount());
        assertEquals(0, life.containerCount());
        assertEquals(0, life.imageCount());
        var left = host.leftovers(ProcessHandle.current().pid());
        left.addAll(host.storageLeftovers());
        assertEquals(List.of(), left);
    }
}
