package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.linux.Pidfd;
import dev.carafe.linux.Signals;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("system")
@Timeout(120)
class ShimRuntimeTest {
    private TestHost host;
    private ExitWatcher exits;
    private ShimRuntime runtime;
    private String id;

    @BeforeEach
    void open() throws Exception {
        host = TestHost.with(TestHost.SHIM);
        exits = ExitWatcher.open(host.directories());
        runtime = host.shimRuntime();
        id = host.id("a");
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        try (var closing = host;
                var _ = exits) {
            assertEquals(List.of(), closing.leftovers());
        }
    }

    private Started start(String... command) throws Exception {
        return start(host.container(id, command));
    }

    private Started start(ContainerProcess container) throws Exception {
        var started = runtime.create(container);
        exits.watch(container.id(), started.monitorPid());
        runtime.start(container.id());
        return started;
    }

    private ContainerProcess container(boolean tty, boolean stdin, boolean stdinOnce, String... command)
            throws IOException {
        Bundle.write(host.bundle(id), host.spec(id, tty, null, List.of(command)));
        return new ContainerProcess(id, "test", host.bundle(id), host.log(id), tty, stdin, stdinOnce, -1, "");
    }

    private List<String> log() throws IOException {
        return host.logText(id)
                .lines()
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .toList();
    }

    private static void killHard(int pid) throws Exception {
        try (var process = Pidfd.open(pid).orElseThrow()) {
            process.signal(Signals.KILL);
            assertTrue(process.awaitExit(Duration.ofSeconds(10)));
        }
    }

    @Test
    void aContainerIsCreatedStartedAndEndsWithItsCode() throws Exception {
        var before = Instant.now();
        var started = runtime.create(host.container(id, "/bin/sh", "-c", "echo out; echo err >&2; exit 7"));
        assertEquals(
                new State(id, State.Status.CREATED, started.pid()),
                runtime.state(id).orElseThrow());
        assertEquals(Optional.empty(), runtime.exitOf(id));
        assertTrue(exits.isAlive(id, started.monitorPid()));
        exits.watch(id, started.monitorPid());
        runtime.start(id);
        var exit = exits.next();
        assertEquals(id, exit.id());
        assertEquals(7, exit.exitCode());
        assertTrue(exit.seen());
        assertFalse(exit.oomKilled());
        assertFalse(exit.at().isBefore(before.minusSeconds(1)), exit::toString);
        assertFalse(exit.at().isAfter(Instant.now()), exit::toString);
        assertEquals(Optional.of(exit), runtime.exitOf(id));
        assertFalse(runtime.state(id).orElseThrow().isAlive());
        assertEquals(
                List.of("stderr F err", "stdout F out"), log().stream().sorted().toList());
        runtime.kill(id, Signals.TERM);
        runtime.delete(id);
        assertEquals(Optional.empty(), runtime.state(id));
        assertEquals(Optional.empty(), runtime.exitOf(id));
        runtime.delete(id);
        assertFalse(HostProcess.read(started.monitorPid())
                .filter(HostProcess::isAlive)
                .isPresent());
    }

    @Test
    void theShimLivesInItsControlGroup() throws Exception {
        var group = host.cgroup() + "/crio-conmon-" + id;
        host.container(id, "/bin/sleep", "1000");
        var started =
                start(new ContainerProcess(id, "test", host.bundle(id), host.log(id), false, false, false, -1, group));
        assertTrue(host.cgroups().processes(group).contains(started.monitorPid()));
        runtime.delete(id);
        host.cgroups().remove(group);
    }

    @Test
    void theKernelKnowsWhatWasStarted() throws Exception {
        runtime.create(host.container(id, "/bin/sleep", "1000"));
        assertFalse(runtime.isKnownToBeStarted(id));
        runtime.start(id);
        Await.until(() -> runtime.isKnownToBeStarted(id));
        runtime.delete(id);
    }

    @Test
    void aLineWithoutAnEndIsPartialAndALongOutputIsWhole() throws Exception {
        start("/bin/sh", "-c", "seq 1 200000; printf end");
        assertEquals(0, exits.next().exitCode());
        var text = new StringBuilder();
        for (var line : log()) {
            text.append(line.substring("stdout P ".length())).append(line.startsWith("stdout F ") ? "\n" : "");
        }
        var lines = text.toString().lines().toList();
        assertEquals(200_001, lines.size());
        assertEquals("1", lines.getFirst());
        assertEquals("200000", lines.get(199_999));
        assertEquals("end", lines.getLast());
        assertEquals(List.of("stdout P end", "stdout F "), log().subList(log().size() - 2, log().size()));
        runtime.delete(id);
    }

    @Test
    void aTerminalIsATerminal() throws Exception {
        start(container(true, false, false, "/bin/sh", "-c", "tty; exit 3"));
        assertEquals(3, exits.next().exitCode());
        assertTrue(host.logText(id).contains("stdout F /dev/pts/0"), host.logText(id));
        runtime.delete(id);
    }

    @Test
    void aContainerWithoutALogWritesNone() throws Exception {
        host.container(id, "/bin/echo", "hello");
        start(new ContainerProcess(id, "test", host.bundle(id), Path.of(""), false, false, false, -1, ""));
        assertEquals(0, exits.next().exitCode());
        runtime.reopenLog(id);
        try (var logs = Files.list(host.logs())) {
            assertEquals(List.of(), logs.toList());
        }
        runtime.delete(id);
    }

    @Test
    void aReopenedLogGoesOnInTheNewFile() throws Exception {
        start("/bin/sh", "-c", "i=0; while true; do i=$((i+1)); echo $i; sleep 0.02; done");
        Await.until(() -> host.logText(id).contains("stdout F 3\n"));
        var moved = host.logs().resolve("moved");
        Files.move(host.log(id), moved);
        runtime.reopenLog(id);
        Await.until(() -> log().size() > 3);
        runtime.kill(id, Signals.KILL);
        var exit = exits.next();
        assertEquals(137, exit.exitCode());
        assertFalse(exit.oomKilled());
        var numbers = (Files.readString(moved) + host.logText(id))
                .lines()
                .map(line -> Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1)))
                .toList();
        for (var i = 0; i < numbers.size(); i++) {
            assertEquals(i + 1, numbers.get(i));
        }
        runtime.delete(id);
    }

    @Test
    void deleteKillsWhatRunsOrWasNeverStarted() throws Exception {
        start("/bin/sh", "-c", "trap '' TERM; while true; do sleep 1; done");
        assertTrue(runtime.state(id).orElseThrow().isRunning());
        runtime.delete(id);
        assertEquals(Optional.empty(), runtime.state(id));
        var other = host.id("b");
        runtime.create(host.container(other, "/bin/true"));
        runtime.delete(other);
        assertEquals(List.of(), host.leftovers());
    }

    @Test
    void aPausedContainerStandsStillAndCanBeDeleted() throws Exception {
        start("/bin/sh", "-c", "while true; do echo x; sleep 0.01; done");
        runtime.pause(id);
        assertEquals(State.Status.PAUSED, runtime.state(id).orElseThrow().status());
        runtime.resume(id);
        assertEquals(State.Status.RUNNING, runtime.state(id).orElseThrow().status());
        runtime.pause(id);
        runtime.delete(id);
    }

    @Test
    void aFailedCreateGivesTheShimsWordsAndLeavesNothing() throws Exception {
        var container = host.container(id, "/no/such/program");
        var failure = assertThrows(IOException.class, () -> {
            runtime.create(container);
            runtime.start(id);
        });
        assertTrue(failure.getMessage().contains("/no/such/program"), failure.getMessage());
        runtime.delete(id);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 10, 20, 30, 40, 60, 80, 120, 200})
    void aCreateThatIsInterruptedLeavesNothing(int afterMillis) throws Exception {
        var container = host.container(id, "/bin/true");
        var creating = Thread.ofVirtual().start(() -> {
            try {
                runtime.create(container);
            } catch (IOException | InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        Thread.sleep(afterMillis);
        creating.interrupt();
        creating.join();
        if (runtime.state(id).isPresent()) {
            runtime.delete(id);
        }
        assertFalse(Files.exists(host.files(id).folder()));
    }

    /// As a daemon leaves it that is killed in the middle.
    @ParameterizedTest
    @ValueSource(strings = {"init", "init shim.process", "init shim.process shim"})
    void aHalfCreatedContainerIsRemoved(String missing) throws Exception {
        var started = runtime.create(host.container(id, "/bin/sleep", "1000"));
        exits.close();
        runtime.close();
        for (var file : missing.split(" ")) {
            var path = host.files(id).folder().resolve(file);
            if (file.equals("shim")) {
                var known = ShimFile.read(host.files(id)).orElseThrow();
                known.at("").write(host.files(id));
            } else {
                Files.delete(path);
            }
        }
        runtime = host.shimRuntime();
        runtime.delete(id);
        assertFalse(HostProcess.read(started.monitorPid())
                .filter(HostProcess::isAlive)
                .isPresent());
    }

    @Test
    void aProgramThatIsNoShimIsAnErrorThatLeavesNothing() throws Exception {
        for (var script : List.of("exit 3", "echo garbage", "echo unix:///no/such/socket", "echo why >&2; exit 1")) {
            var broken = new ShimRuntime(
                    new RuntimeHandler(
                            "test",
                            host.runtimeBehind(script),
                            Path.of("/run/test"),
                            CgroupManager.CGROUPFS,
                            host.runtimeBehind(script),
                            RuntimeHandler.MONITOR_ENVIRONMENT,
                            Duration.ofSeconds(20),
                            true,
                            false,
                            true,
                            Optional.of(new RuntimeHandler.Shim(Path.of("")))),
                    host.directories(),
                    Clock.systemUTC());
            var container = host.container(id, "/bin/true");
            var failure = assertThrows(IOException.class, () -> broken.create(container));
            assertTrue(failure.getMessage().startsWith("could not create container " + id), failure.getMessage());
            assertFalse(Files.exists(host.files(id).folder()));
            Files.delete(host.bundle(id).resolve("log"));
        }
    }

    @Test
    void aSecondCreateOfAnIdLeavesTheFirstAlone() throws Exception {
        var started = start("/bin/sleep", "1000");
        var container = host.container(id, "/bin/true");
        assertThrows(IOException.class, () -> runtime.create(container));
        assertEquals(
                new State(id, State.Status.RUNNING, started.pid()),
                runtime.state(id).orElseThrow());
        runtime.delete(id);
    }

    @Test
    void limitsChangeWhileItGoesOn() throws Exception {
        start("/bin/sleep", "1000");
        var memory = new RuntimeSpec.Memory(64L << 20, null, null);
        runtime.update(id, new RuntimeSpec.Resources(null, memory, null, null, null, null, null));
        assertEquals("67108864", Files.readString(memoryLimit()).strip());
        runtime.delete(id);
    }

    /// Who listens, and sends nothing until it is gone.
    private static final class Listener implements StreamPeer {
        private final CountDownLatch gone = new CountDownLatch(1);
        private volatile String heard = "";

        @Override
        public boolean hasInput() {
            return true;
        }

        @Override
        public boolean nextInput(Taker taker) throws InterruptedException {
            gone.await();
            return false;
        }

        @Override
        public synchronized void writeOutput(ByteBuffer bytes) {
            heard = heard + StandardCharsets.UTF_8.decode(bytes);
        }

        @Override
        public void writeError(ByteBuffer bytes) {
            writeOutput(bytes);
        }

        @Override
        public Optional<WindowSize> nextSize() throws InterruptedException {
            Thread.sleep(Duration.ofMinutes(10));
            return Optional.empty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoLeavesACommandEndsItAndAllThatItStarted(boolean terminal) throws Exception {
        start("/bin/sleep", "1000");
        var peer = new Listener();
        var command = TestHost.process(terminal, List.of("/bin/sh", "-c", "sleep 4321 & echo up; sleep 4321"));
        var client = Thread.ofVirtual().start(() -> {
            try {
                runtime.exec(id, command, peer);
            } catch (IOException | InterruptedException left) {
                peer.writeOutput(StandardCharsets.UTF_8.encode(left.toString()));
            }
        });
        Await.until(() -> peer.heard.contains("up"));
        assertEquals(3, host.cgroups().processes(host.containerCgroup(id)).size());
        peer.gone.countDown();
        client.interrupt();
        client.join();
        assertEquals(1, host.cgroups().processes(host.containerCgroup(id)).size(), peer.heard);
        try (var files = Files.list(host.files(id).folder())) {
            assertFalse(files.anyMatch(file -> file.getFileName().toString().contains("-")));
        }
        runtime.delete(id);
    }

    /// Also while the shim is about to open the command's output, for which it waits until somebody reads it.
    @Test
    void aCommandThatIsBrokenOffAtAnyTimeLeavesNothingAndTheShimAnswers() throws Exception {
        start("/bin/sleep", "1000");
        var command = new ExecProcess(
                TestHost.process(false, List.of("/bin/sh", "-c", "sleep 4321 & sleep 4321")), Duration.ZERO, 1000);
        for (var afterMillis = 0; afterMillis < 40; afterMillis++) {
            var caller = Thread.ofVirtual()
                    .start(() -> assertThrows(InterruptedException.class, () -> runtime.execSync(id, command)));
            Thread.sleep(afterMillis);
            caller.interrupt();
            caller.join();
            assertEquals(
                    1,
                    host.cgroups().processes(host.containerCgroup(id)).size(),
                    "interrupted after " + afterMillis + " ms");
        }
        runtime.delete(id);
    }

    private Path memoryLimit() {
        var unified = Path.of("/sys/fs/cgroup" + host.containerCgroup(id), "memory.max");
        return Files.exists(unified)
                ? unified
                : Path.of("/sys/fs/cgroup/memory" + host.containerCgroup(id), "memory.limit_in_bytes");
    }

    @Test
    void itGoesOnWhileNobodyIsThereAndItsEndIsToldLater() throws Exception {
        var started =
                start("/bin/sh", "-c", "i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo $i; sleep 0.01; done; exit 4");
        Await.until(() -> log().size() > 20);
        exits.close();
        runtime.close();
        assertThrows(IOException.class, () -> runtime.start(id));
        Thread.sleep(200);
        runtime = host.shimRuntime();
        exits = ExitWatcher.open(host.directories());
        runtime.takeUp(id);
        assertTrue(exits.isAlive(id, started.monitorPid()));
        exits.watch(id, started.monitorPid());
        assertTrue(runtime.state(id).orElseThrow().isRunning());
        var exit = exits.next();
        assertEquals(4, exit.exitCode());
        assertTrue(exit.seen());
        var lines = log();
        assertEquals(300, lines.size());
        for (var i = 0; i < 300; i++) {
            assertEquals("stdout F " + (i + 1), lines.get(i));
        }
        runtime.delete(id);
    }

    @Test
    void anEndWhileNobodyWasThereIsToldWithItsCode() throws Exception {
        var started = start("/bin/sh", "-c", "sleep 0.5; exit 42");
        exits.close();
        runtime.close();
        Await.until(() ->
                HostProcess.read(started.pid()).filter(HostProcess::isAlive).isEmpty());
        runtime = host.shimRuntime();
        exits = ExitWatcher.open(host.directories());
        runtime.takeUp(id);
        exits.watch(id, started.monitorPid());
        var exit = exits.next();
        assertEquals(42, exit.exitCode());
        assertTrue(exit.seen());
        runtime.delete(id);
    }

    @Test
    void aShimThatIsKilledHasItsContainerEndedAndToldAsUnseen() throws Exception {
        var started = start("/bin/sleep", "1000");
        killHard(started.monitorPid());
        var exit = exits.next();
        assertFalse(exit.seen());
        assertEquals(137, exit.exitCode());
        assertFalse(HostProcess.read(started.pid()).filter(HostProcess::isAlive).isPresent());
        runtime.delete(id);
    }

    @Test
    void aShimThatDiedWhileNobodyWasThereIsFoundOutAndCleanedUpAfter() throws Exception {
        var started = start("/bin/sleep", "1000");
        exits.close();
        runtime.close();
        killHard(started.monitorPid());
        runtime = host.shimRuntime();
        exits = ExitWatcher.open(host.directories());
        runtime.takeUp(id);
        exits.watch(id, started.monitorPid());
        assertFalse(exits.next().seen());
        runtime.delete(id);
    }

    @Test
    void aShimThatHangsIsEndedByTheRemoval() throws Exception {
        var started = start("/bin/sleep", "1000");
        try (var shim = Pidfd.open(started.monitorPid()).orElseThrow()) {
            shim.signal(Signals.STOP);
        }
        runtime.delete(id);
    }

    /// As the containers of a pod are in one virtual machine.
    @Test
    void containersThatShareAShimAreRemovedOneByOneAndItGoesWithTheLast() throws Exception {
        var started = start(grouped(id, "/bin/sleep", "1000"));
        var other = host.id("b");
        var second =
                start(grouped(other, "/bin/sh", "-c", "trap 'exit 3' TERM; echo up; while :; do sleep 0.05; done"));
        assertEquals(started.monitorPid(), second.monitorPid());
        Await.until(() -> host.logText(other).contains("up"));
        runtime.delete(id);
        assertEquals(id, exits.next().id());
        assertTrue(runtime.state(other).orElseThrow().isRunning());
        runtime.kill(other, Signals.TERM);
        var exit = exits.next();
        assertEquals(other, exit.id());
        assertEquals(3, exit.exitCode());
        runtime.delete(other);
    }

    private ContainerProcess grouped(String container, String... command) throws IOException {
        var spec = host.spec(container, false, null, List.of(command));
        Bundle.write(
                host.bundle(container),
                new RuntimeSpec(
                        spec.ociVersion(),
                        spec.process(),
                        spec.root(),
                        spec.hostname(),
                        spec.mounts(),
                        spec.hooks(),
                        Map.of("io.containerd.runc.v2.group", id),
                        spec.linux()));
        return new ContainerProcess(
                container, "test", host.bundle(container), host.log(container), false, false, false, -1, "");
    }

    @Test
    void aContainerWhoseFileIsDamagedIsRemoved() throws Exception {
        start("/bin/sleep", "1000");
        Files.writeString(host.files(id).shim(), "{");
        assertThrows(IOException.class, () -> runtime.state(id));
        runtime.delete(id);
    }

    @Test
    void whatAnotherKindOfRuntimeHasIsLeftAlone() throws Exception {
        start("/bin/sleep", "1000");
        var conmon = new ConmonRuntime(
                host.handler(TestHost.installed("runc"), TestHost.installed("conmon"), Duration.ofMinutes(1)),
                host.directories());
        conmon.delete(id);
        assertTrue(runtime.state(id).orElseThrow().isRunning());
        runtime.delete(id);
    }

    @Test
    void aContainerThatUsesUpItsMemoryIsToldAsOomKilled() throws Exception {
        var memory = new RuntimeSpec.Memory(16L << 20, null, 16L << 20);
        var limits = new RuntimeSpec.Resources(null, memory, null, null, null, null, null);
        Bundle.write(host.bundle(id), host.spec(id, false, limits, List.of("/bin/sh", "-c", "exec tail /dev/zero")));
        start(new ContainerProcess(id, "test", host.bundle(id), host.log(id), false, false, false, -1, ""));
        var exit = exits.next();
        assertEquals(137, exit.exitCode());
        assertTrue(exit.oomKilled());
        runtime.delete(id);
    }
}
