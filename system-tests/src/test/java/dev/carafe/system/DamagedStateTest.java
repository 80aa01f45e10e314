package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.AuthConfig;
import dev.carafe.cri.v1.Container;
import dev.carafe.cri.v1.ContainerFilter;
import dev.carafe.cri.v1.ContainerState;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.PodSandbox;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.PodSandboxFilter;
import dev.carafe.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Each record of a node with two pods is damaged in turn, at a place that chance chooses: the next start names it, and
/// loses what it stood for and nothing else.
@Tag("system")
class DamagedStateTest {
    private static final String RUNTIME = "runc";

    private final long seed = Long.getLong("carafe.test.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);

    private TestHost host;
    private TestRegistry registry;
    private String image;

    @BeforeEach
    void prepare() throws IOException, InterruptedException {
        host = TestHost.create(RUNTIME);
        registry = TestRegistry.start(host.work());
        image = registry.pushBusybox("busybox:latest");
        host.configure("crio.image", "pause_image = \"" + image + "\"");
        System.out.println("damage with -Dcarafe.test.seed=" + seed);
    }

    @AfterEach
    void cleanUp() throws IOException {
        try (var _ = host) {
            registry.close();
        }
    }

    private Engine open() throws IOException, InterruptedException {
        return Engine.open(PodLife.configuration(host), Clock.systemUTC());
    }

    private record Made(String pod, String container) {}

    private Made make(Engine engine, String name, boolean sharing) throws IOException, InterruptedException {
        PodSandboxConfig plain = Cri.pod(host, name);
        var pod = engine.pods().run(sharing ? Cri.sharingProcesses(plain) : plain, "");
        var container = engine.containers().create(pod, Cri.container(name, image, "sleep", "1000"));
        engine.containers().start(container);
        return new Made(pod, container);
    }

    /// Empty, cut anywhere, or with a byte that is another one.
    private void damage(Path file) throws IOException {
        var bytes = Files.readAllBytes(file);
        var at = random.nextInt(bytes.length);
        switch (random.nextInt(3)) {
            case 0 -> Files.write(file, new byte[0]);
            case 1 -> Files.write(file, Arrays.copyOf(bytes, at));
            default -> {
                bytes[at] ^= (byte) random.nextInt(1, 256);
                Files.write(file, bytes);
            }
        }
    }

    private Path record(String folder, String id) {
        return host.work().resolve("root").resolve(folder).resolve(id + ".json");
    }

    private static List<String> pods(Engine engine) {
        return engine.pods().list(PodSandboxFilter.getDefaultInstance()).stream()
                .map(PodSandbox::getId)
                .sorted()
                .toList();
    }

    private static List<String> containers(Engine engine, Predicate<Container> chosen) {
        return engine.containers().list(ContainerFilter.getDefaultInstance()).stream()
                .filter(chosen)
                .map(Container::getId)
                .sorted()
                .toList();
    }

    private static boolean isRunning(Container container) {
        return container.getState() == ContainerState.CONTAINER_RUNNING;
    }

    @FunctionalInterface
    private interface Expectation {
        void hold(Engine engine, Made damaged, Made whole) throws Exception;
    }

    private interface Choice {
        Path file(Made made) throws IOException;
    }

    private void losesOnly(boolean sharing, Choice choice, Expectation expectation) throws Exception {
        Made damaged;
        Made whole;
        try (var engine = open()) {
            engine.images().pull(ImageSpec.newBuilder().setImage(image).build(), AuthConfig.getDefaultInstance(), "");
            damaged = make(engine, "damaged", sharing);
            whole = make(engine, "whole", sharing);
        }
        var file = choice.file(damaged);
        damage(file);
        try (var _ = TestDaemon.start(host)) {
            var name = file.getFileName().toString().replace(".json", "");
            assertTrue(TestDaemon.logOf(host).contains(name));
        }
        try (var engine = open()) {
            assertTrue(pods(engine).contains(whole.pod));
            assertTrue(containers(engine, DamagedStateTest::isRunning).contains(whole.container));
            expectation.hold(engine, damaged, whole);
            var life = new PodLife(engine, host, image);
            for (var left : containers(engine, _ -> true)) {
                engine.containers().remove(left);
            }
            life.removeAll();
            assertEquals(List.of(), host.leftovers(ProcessHandle.current().pid()), () -> "seed " + seed);
            // It stays for a person to look at.
            assertEquals(List.of("file " + file + ".damaged"), host.storageLeftovers(), () -> "seed " + seed);
            life.run();
        }
    }

    @Test
    void aContainersRecordIsThatContainer() throws Exception {
        losesOnly(false, made -> record("carafe/state/containers", made.container), (engine, damaged, whole) -> {
            assertEquals(List.of(whole.container), containers(engine, _ -> true));
            assertTrue(pods(engine).contains(damaged.pod));
            // The kubelet makes it again.
            var again = engine.containers().create(damaged.pod, Cri.container("damaged", image, "sleep", "1000"));
            engine.containers().start(again);
        });
    }

    @Test
    void aPodsRecordIsThatPodAndEndsItsContainers() throws Exception {
        losesOnly(true, made -> record("carafe/state/pods", made.pod), (engine, damaged, whole) -> {
            assertEquals(List.of(whole.pod), pods(engine));
            assertEquals(List.of(whole.container), containers(engine, DamagedStateTest::isRunning));
            assertEquals(
                    List.of(damaged.container),
                    containers(engine, one -> one.getState() == ContainerState.CONTAINER_EXITED));
            make(engine, "damaged", true);
        });
    }

    @Test
    void aRootsRecordCostsNothingOfARunningContainer() throws Exception {
        losesOnly(
                false,
                made -> record("container-root-records", made.container),
                (engine, damaged, whole) -> assertEquals(
                        2, containers(engine, DamagedStateTest::isRunning).size()));
    }

    @Test
    void anImagesRecordIsThatImage() throws Exception {
        losesOnly(false, _ -> onlyFile("images"), (engine, _, _) -> {
            assertEquals(0, new PodLife(engine, host, image).imageCount());
            assertEquals(2, containers(engine, DamagedStateTest::isRunning).size());
            engine.images().pull(ImageSpec.newBuilder().setImage(image).build(), AuthConfig.getDefaultInstance(), "");
        });
    }

    /// The image stands on it, and the next pull brings both again; what runs on it goes on.
    @Test
    void aLayersRecordIsThatLayerAndTheImagesOnIt() throws Exception {
        losesOnly(false, _ -> onlyFile("layer-records"), (engine, _, _) -> {
            assertEquals(0, new PodLife(engine, host, image).imageCount());
            for (var running : containers(engine, DamagedStateTest::isRunning)) {
                assertEquals(
                        0,
                        engine.containers()
                                .execSync(running, List.of("true"), Duration.ofSeconds(30))
                                .getExitCode());
            }
            assertEquals(2, containers(engine, DamagedStateTest::isRunning).size());
            engine.images().pull(ImageSpec.newBuilder().setImage(image).build(), AuthConfig.getDefaultInstance(), "");
        });
    }

    private Path onlyFile(String folder) throws IOException {
        return Tree.list(host.work().resolve("root").resolve(folder)).stream()
                .filter(file -> file.toString().endsWith(".json"))
                .findFirst()
                .orElseThrow();
    }
}
