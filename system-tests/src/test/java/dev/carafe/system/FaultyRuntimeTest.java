package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ContainerState;
import dev.carafe.cri.v1.StopPodSandboxRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A runtime that breaks while pods run, over a crash of the daemon, until somebody mends it.
@Tag("system")
class FaultyRuntimeTest {
    private static final String PROGRAM = "faulty-runtime";

    private static final Map<String, String> FAULTS = Map.of(
            "fails silently", "exit 1",
            "prints garbage", "printf '\\001\\377{garbage\\n' >&2; exit 3",
            "succeeds with garbage", "printf '{\"pid\": \\001'; exit 0",
            "crashes", "kill -SEGV $$");

    /// Of one call; less than a stop waits for a process that does not end.
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(20);

    @ParameterizedTest
    @ValueSource(strings = {"fails silently", "prints garbage", "succeeds with garbage", "crashes"})
    void whatItLeftIsTakenBackOnceItIsMended(String fault) throws Exception {
        try (var stage = Stage.set("runc")) {
            var broken = replaceRuntime(stage);
            stage.restart();
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("faulty");
            var container = Cri.container("main", stage.busybox(), "sleep", "1000");
            var other = cri.run(cri.pod("other"));
            var running = cri.createAndStart(other, cri.pod("other"), container);
            var pod = cri.run(config);

            Files.writeString(broken, FAULTS.get(fault));
            var failure = assertThrows(StatusRuntimeException.class, () -> cri.create(pod, config, container));
            assertTrue(isNamed(failure), failure::getMessage);
            stage.crashAndRestart();
            stop(stage, pod);

            Files.delete(broken);
            var mended = stage.cri();
            assertEquals(
                    ContainerState.CONTAINER_RUNNING, mended.status(running).getState());
            assertEquals(0, mended.exec(running, "true").getExitCode());
            mended.removePod(pod);
            var again = mended.run(config);
            mended.createAndStart(again, config, container);
            mended.removePod(again);
            mended.removePod(other);
            stage.assertNothingIsLeft();
        }
    }

    @Test
    void whileItIsMissingItIsNamedAndPodsStopAndOnceItIsBackAllGoesOn() throws Exception {
        try (var stage = Stage.set("runc")) {
            var program = replaceRuntime(stage).resolveSibling(PROGRAM);
            stage.restart();
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("lonely");
            var container = Cri.container("main", stage.busybox(), "sleep", "1000");
            var pod = cri.run(config);
            var running = cri.createAndStart(pod, config, container);
            var empty = cri.run(cri.pod("empty"));
            var away = Files.move(program, program.resolveSibling("away"));

            var creation =
                    assertThrows(StatusRuntimeException.class, () -> cri.create(empty, cri.pod("empty"), container));
            assertTrue(isNamed(creation), creation::getMessage);
            var command = assertThrows(StatusRuntimeException.class, () -> cri.exec(running, "true"));
            assertTrue(isNamed(command), command::getMessage);
            assertEquals(ContainerState.CONTAINER_RUNNING, cri.status(running).getState());
            stop(stage, empty);

            Files.move(away, program);
            assertEquals(0, cri.exec(running, "true").getExitCode());
            cri.removePod(empty);
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    /// A stop may fail while the runtime does, but not keep its caller waiting.
    private static void stop(Stage stage, String pod) {
        try {
            stage.daemon()
                    .runtime()
                    .withDeadlineAfter(ANSWERED_WITHIN.toSeconds(), TimeUnit.SECONDS)
                    .stopPodSandbox(StopPodSandboxRequest.newBuilder()
                            .setPodSandboxId(pod)
                            .build());
        } catch (StatusRuntimeException e) {
            assertTrue(isNamed(e), e::getMessage);
        }
    }

    /// conmon does not tell of a runtime that claims to have done its work.
    private static boolean isNamed(StatusRuntimeException failure) {
        var message = String.valueOf(failure.getMessage());
        return message.contains(PROGRAM) || message.contains("conmon ended without telling");
    }

    /// For the next start.
    ///
    /// @return the file that breaks it as long as it is there, by commands of a shell
    private static Path replaceRuntime(Stage stage) throws IOException {
        var host = stage.host();
        var broken = host.work().resolve("broken");
        var program = host.work().resolve(PROGRAM);
        Files.writeString(program, """
                #!/bin/sh
                case "$*" in *features*) exec %2$s "$@" ;; esac
                [ ! -e %1$s ] || . %1$s
                exec %2$s "$@"
                """.formatted(broken, host.runtimeProgram()));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        var text = Files.readString(host.configuration());
        Files.writeString(
                host.configuration(), text.replace("\"" + host.runtimeProgram() + "\"", "\"" + program + "\""));
        return broken;
    }
}
