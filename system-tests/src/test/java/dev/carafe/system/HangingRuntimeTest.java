package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ContainerState;
import dev.carafe.cri.v1.PodSandboxState;
import dev.carafe.cri.v1.RemovePodSandboxRequest;
import dev.carafe.cri.v1.StartContainerRequest;
import dev.carafe.cri.v1.StopPodSandboxRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A runtime whose commands never end: they are given up in their time and named, no other pod notices, a pod can be
/// stopped without the runtime, and a daemon can start without it.
@Tag("system")
@Timeout(480)
class HangingRuntimeTest {
    private static final String DONE = "done";

    /// More than the longest of the runtime's commands may take.
    private static final int PATIENCE_SECONDS = 200;

    private Stage stage;
    private Path hangs;

    @BeforeEach
    void prepare() throws IOException, InterruptedException {
        stage = Stage.set("runc");
        var host = stage.host();
        hangs = Files.createDirectory(host.work().resolve("hangs"));
        var program = host.work().resolve("hanging-runtime");
        Files.writeString(program, """
                #!/bin/sh
                for hang in %1$s/*-*; do
                    name=${hang##*/}
                    case "$* " in *" ${name%%%%-*} "*"${name#*-}"*) exec tail -f %2$s ;; esac
                done
                exec %3$s "$@"
                """.formatted(hangs, host.policy(), host.runtimeProgram()));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        var text = Files.readString(host.configuration());
        Files.writeString(
                host.configuration(), text.replace("\"" + host.runtimeProgram() + "\"", "\"" + program + "\""));
        host.configure("crio.runtime.runtimes.runc", "container_create_timeout = 30");
        stage.restart();
    }

    @AfterEach
    void cleanUp() throws IOException {
        stage.close();
    }

    /// @param id empty: of any container
    private void hang(String command, String id) throws IOException {
        Files.createFile(hangs.resolve(command + "-" + id));
    }

    private void release(String command, String id) throws IOException {
        Files.delete(hangs.resolve(command + "-" + id));
    }

    /// In the background.
    private static FutureTask<String> outcome(Callable<?> call) {
        var task = new FutureTask<>(() -> {
            try {
                call.call();
                return DONE;
            } catch (StatusRuntimeException e) {
                return String.valueOf(e.getMessage());
            }
        });
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    @Test
    void eachCommandIsGivenUpAndNamedAndNoOtherPodNotices() throws Exception {
        var cri = stage.cri();
        cri.pull(stage.busybox());
        var container = Cri.container("main", stage.busybox(), "sleep", "1000");
        var other = cri.run(cri.pod("other"));
        var running = cri.createAndStart(other, cri.pod("other"), container);
        var pods = List.of(cri.run(cri.pod("start")), cri.run(cri.pod("kill")), cri.run(cri.pod("delete")));

        hang("create", "");
        var created = outcome(() -> cri.create(pods.getFirst(), cri.pod("start"), container));
        assertGoesOn(running);
        assertNames(created, "did not create it within 30 s");
        release("create", "");

        var starts = cri.create(pods.get(0), cri.pod("start"), container);
        var kills = cri.createAndStart(pods.get(1), cri.pod("kill"), container);
        var deletes = cri.createAndStart(pods.get(2), cri.pod("delete"), container);
        hang("start", starts);
        hang("kill", kills);
        hang("delete", deletes);
        var started = outcome(() -> stage.daemon()
                .runtime()
                .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .startContainer(StartContainerRequest.newBuilder()
                        .setContainerId(starts)
                        .build()));
        var killed = outcome(() -> stage.daemon()
                .runtime()
                .stopPodSandbox(StopPodSandboxRequest.newBuilder()
                        .setPodSandboxId(pods.get(1))
                        .build()));
        var deleted = outcome(() -> stage.daemon()
                .runtime()
                .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .removePodSandbox(RemovePodSandboxRequest.newBuilder()
                        .setPodSandboxId(pods.get(2))
                        .build()));
        assertGoesOn(running);
        assertEquals(DONE, killed.get(), "it was ended without the runtime");
        assertEquals(
                PodSandboxState.SANDBOX_NOTREADY, cri.podStatus(pods.get(1)).getState());
        assertEquals(137, cri.status(kills).getExitCode());
        assertGoesOn(running);
        assertNames(deleted, "did not end within 60 s");
        assertEquals(ContainerState.CONTAINER_EXITED, cri.status(deletes).getState());
        assertNames(started, "did not end within 120 s");
        cri.stopPod(pods.getFirst());

        release("start", starts);
        release("kill", kills);
        release("delete", deletes);
        for (var pod : pods) {
            cri.removePod(pod);
        }
        cri.removePod(other);
        stage.assertNothingIsLeft();
    }

    /// Only of what was created and not yet started is it asked, and that alone waits. A start that was done and not
    /// yet on record is the kernel's to tell.
    @Test
    void aStartTellsTheTruthAboutContainersWithoutIt() throws Exception {
        var cri = stage.cri();
        cri.pull(stage.busybox());
        var container = Cri.container("main", stage.busybox(), "sleep", "1000");
        var pods = List.of(
                cri.run(cri.pod("lost")),
                cri.run(cri.pod("running")),
                cri.run(cri.pod("created")),
                cri.run(cri.pod("begun")));
        var lost = cri.createAndStart(pods.get(0), cri.pod("lost"), container);
        var running = cri.createAndStart(pods.get(1), cri.pod("running"), container);
        var created = cri.create(pods.get(2), cri.pod("created"), container);
        var begun = cri.create(pods.get(3), cri.pod("begun"), container);

        hang("state", "");
        stage.daemon().kill();
        endWithMonitor(lost);
        var host = stage.host();
        Programs.output(
                host.runtimeProgram().toString(),
                "--root",
                host.work().resolve("runtime").toString(),
                "start",
                begun);
        stage.start();
        var after = stage.cri();
        assertEquals(ContainerState.CONTAINER_EXITED, after.status(lost).getState());
        assertEquals("ContainerStatusUnknown", after.status(lost).getReason());
        assertEquals(ContainerState.CONTAINER_RUNNING, after.status(running).getState());
        assertEquals(ContainerState.CONTAINER_CREATED, after.status(created).getState());
        assertEquals(ContainerState.CONTAINER_RUNNING, after.status(begun).getState());
        var log = TestDaemon.logOf(stage.host());
        assertTrue(log.contains("whether container " + created + " was started is not known"), log);
        assertEquals(0, after.exec(running, "true").getExitCode());
        after.stop(running, 0);
        after.awaitExit(running);
        for (var pod : pods) {
            after.removePod(pod);
        }
        stage.assertNothingIsLeft();
    }

    /// The monitor first, so that it can't tell.
    private static void endWithMonitor(String container) throws Exception {
        var pids =
                Programs.output("pgrep", "-f", "--", "-c " + container).lines().toList();
        assertEquals(1, pids.size(), pids::toString);
        var monitor = ProcessHandle.of(Long.parseLong(pids.getFirst())).orElseThrow();
        var processes = monitor.children().toList();
        assertEquals(1, processes.size());
        monitor.destroyForcibly();
        monitor.onExit().get();
        processes.getFirst().destroyForcibly();
        processes.getFirst().onExit().get();
    }

    private void assertGoesOn(String running) {
        var cri = stage.cri();
        assertEquals(0, cri.exec(running, "true").getExitCode());
        assertEquals(ContainerState.CONTAINER_RUNNING, cri.status(running).getState());
        cri.removePod(cri.run(cri.pod("passing")));
    }

    private static void assertNames(FutureTask<String> outcome, String words) throws Exception {
        var told = outcome.get();
        assertTrue(told.contains(words), told);
    }
}
