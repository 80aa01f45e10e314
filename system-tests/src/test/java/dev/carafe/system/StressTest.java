package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.carafe.cri.v1.ContainerState;
import dev.carafe.cri.v1.ListContainersRequest;
import dev.carafe.cri.v1.ListPodSandboxRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Many pods at once, as kubelets start and end them when a node comes up or is drained: callers that try again,
/// containers that die at any moment, a daemon that is killed meanwhile. Nothing is left in the end.
@Tag("system")
class StressTest {
    private static final int PODS = Integer.getInteger("carafe.test.pods", 100);
    private static final int CALLERS = 20;
    private static final int DAEMON_KILLS = 2;
    private static final Duration LIMIT = Duration.ofMinutes(8);
    private static final Duration PAUSE = Duration.ofMillis(100);

    /// Of one pod: its container is killed while it is being made.
    private static final int FAILURES = 5;

    /// What a caller reads while the daemon is away.
    private static final Set<Status.Code> AWAY = Set.of(Status.Code.UNAVAILABLE, Status.Code.CANCELLED);

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void podsThatComeAndGoAtOnceLeaveNothing(String runtime) throws Exception {
        var seed = Long.getLong("carafe.test.seed", new Random().nextLong());
        System.out.println("StressTest with " + runtime + ", seed " + seed);
        try (var stage = Stage.set(runtime);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            stage.cri().pull(stage.busybox());
            var stress = new Stress(stage, Instant.now().plus(LIMIT));

            var starts = threads.submit(() -> {
                stress.forAllPods(stress::start);
                return PODS;
            });
            stress.disturb(starts, new Random(seed));
            starts.get();
            assertEquals(
                    PODS,
                    stage.daemon()
                            .runtime()
                            .listContainers(ListContainersRequest.getDefaultInstance())
                            .getContainersCount());

            var removals = threads.submit(() -> {
                stress.forAllPods(stress::remove);
                return PODS;
            });
            stress.disturb(removals, new Random(seed + 1));
            removals.get();

            var runtimeService = stage.daemon().runtime();
            assertEquals(
                    0,
                    runtimeService
                            .listContainers(ListContainersRequest.getDefaultInstance())
                            .getContainersCount());
            assertEquals(
                    0,
                    runtimeService
                            .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
                            .getItemsCount());
            stage.assertNothingIsLeft();
        }
    }

    private record Stress(Stage stage, Instant deadline) {
        private interface Verb {
            void run(int pod) throws InterruptedException;
        }

        void forAllPods(Verb verb) throws Exception {
            var left =
                    new ConcurrentLinkedQueue<>(IntStream.range(0, PODS).boxed().toList());
            try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
                var running = new ArrayList<Future<?>>();
                for (var caller = 0; caller < CALLERS; caller++) {
                    running.add(callers.submit(() -> {
                        for (var pod = left.poll(); pod != null; pod = left.poll()) {
                            verb.run(pod);
                        }
                        return null;
                    }));
                }
                for (var caller : running) {
                    caller.get();
                }
            }
        }

        /// As the kubelet does: again and again until it is there, and a container that has died is one that ran.
        void start(int number) throws InterruptedException {
            var config = stage.cri().pod("stress" + number);
            var container = Cri.container("main", stage.busybox(), "sleep", "1000");
            var id = until("start of pod " + number, () -> {
                var cri = stage.cri();
                var pod = cri.run(config);
                return find(pod).isEmpty() ? cri.create(pod, config, container) : find(pod);
            });
            until("start of container " + number, () -> {
                if (stage.cri().status(id).getState() == ContainerState.CONTAINER_CREATED) {
                    startOrFindDead(id);
                }
                return id;
            });
        }

        private void startOrFindDead(String id) {
            try {
                stage.cri().start(id);
            } catch (StatusRuntimeException e) {
                if (AWAY.contains(e.getStatus().getCode())
                        || stage.cri().status(id).getState() != ContainerState.CONTAINER_EXITED) {
                    throw e;
                }
            }
        }

        private String find(String pod) {
            var request = ListContainersRequest.newBuilder();
            request.getFilterBuilder().setPodSandboxId(pod);
            var found = stage.daemon().runtime().listContainers(request.build());
            return found.getContainersCount() == 0 ? "" : found.getContainers(0).getId();
        }

        void remove(int number) throws InterruptedException {
            until("removal of pod " + number, () -> {
                var request = ListPodSandboxRequest.newBuilder();
                request.getFilterBuilder().putLabelSelector("app", "stress" + number);
                for (var pod :
                        stage.daemon().runtime().listPodSandbox(request.build()).getItemsList()) {
                    stage.cri().removePod(pod.getId());
                }
                return "";
            });
        }

        private interface Attempt {
            String make();
        }

        private String until(String what, Attempt attempt) throws InterruptedException {
            for (var failures = 0; ; ) {
                try {
                    return attempt.make();
                } catch (StatusRuntimeException e) {
                    failures += AWAY.contains(e.getStatus().getCode()) ? 0 : 1;
                    if (failures > FAILURES || Instant.now().isAfter(deadline)) {
                        throw new AssertionError(what + "; log: " + stage.host().daemonLog(), e);
                    }
                    Thread.sleep(PAUSE);
                }
            }
        }

        /// Containers die all the while, and the daemon a few times.
        void disturb(Future<Integer> work, Random random) throws Exception {
            for (var kill = 0; kill < DAEMON_KILLS && !work.isDone(); kill++) {
                var quietUntil = Instant.now().plusMillis(1000 + random.nextLong(4000));
                while (Instant.now().isBefore(quietUntil) && !work.isDone()) {
                    TimeUnit.MILLISECONDS.sleep(random.nextLong(200));
                    killAContainer(random);
                }
                stage.crashAndRestart();
            }
        }

        private void killAContainer(Random random) throws IOException {
            var pods = Path.of("/sys/fs/cgroup/pids").resolve(stage.host().tag());
            if (!Files.isDirectory(pods)) {
                return;
            }
            var groups = Tree.list(pods).stream()
                    .filter(file -> file.getFileName().toString().matches("crio-[0-9a-f]{64}"))
                    .toList();
            if (!groups.isEmpty()) {
                for (var pid : processes(groups.get(random.nextInt(groups.size())))) {
                    ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
                }
            }
        }

        private static List<String> processes(Path group) {
            try {
                return Files.readAllLines(group.resolve("cgroup.procs"));
            } catch (IOException gone) {
                return List.of();
            }
        }
    }
}
