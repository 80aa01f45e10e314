package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("system")
@Timeout(60)
@ParameterizedClass
@ValueSource(strings = {"runc", "crun", TestHost.SHIM})
class ExecSyncTest {
    private static final int PLENTY = 1 << 20;

    @Parameter
    String name;

    private TestHost host;
    private OciRuntime runtime;
    private String id;

    @BeforeEach
    void start() throws Exception {
        host = TestHost.with(name);
        runtime = host.runtime();
        id = host.id("a");
        runtime.create(host.container(id, "/bin/sleep", "1000"));
        runtime.start(id);
    }

    @AfterEach
    void delete() throws Exception {
        try (var closing = host) {
            assertTrue(runtime.state(id).orElseThrow().isRunning());
            runtime.delete(id);
            assertEquals(List.of(), closing.leftovers());
        }
    }

    private ExecResult exec(Duration timeout, int maxOutputBytes, String... command) throws Exception {
        return runtime.execSync(
                id, new ExecProcess(TestHost.process(false, List.of(command)), timeout, maxOutputBytes));
    }

    private ExecResult shell(String script) throws Exception {
        return exec(Duration.ZERO, PLENTY, "/bin/sh", "-c", script);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// Command lines in the container.
    private List<String> processes() throws Exception {
        var listed = shell("for p in /proc/[0-9]*; do cat $p/cmdline 2>/dev/null; echo; done");
        return text(listed.stdout())
                .replace('\0', ' ')
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    @Test
    void bothOutputsAndTheExitCodeAreTheCommands() throws Exception {
        var result = shell("echo out; echo err >&2; exit 5");
        assertEquals("out\n", text(result.stdout()));
        assertEquals("err\n", text(result.stderr()));
        assertEquals(5, result.exitCode());
        assertFalse(result.timedOut());
        assertFalse(result.truncated());
    }

    @Test
    void aTimeoutBeyondAllTimeIsNone() throws Exception {
        assertEquals(
                3,
                exec(Duration.ofSeconds(Long.MAX_VALUE), PLENTY, "/bin/sh", "-c", "exit 3")
                        .exitCode());
    }

    @Test
    void aSignalIsToldAsShellsDo() throws Exception {
        assertEquals(143, shell("kill -TERM $$").exitCode());
        assertEquals(137, shell("kill -KILL $$").exitCode());
    }

    @Test
    void exitCodesOfShellsAreNotMistakenForTheRuntimes() throws Exception {
        for (var code : List.of(1, 125, 126, 127, 255)) {
            assertEquals(code, shell("exit " + code).exitCode());
        }
    }

    @Test
    void aCommandThatIsNotThereHasAShellsExitCode() throws Exception {
        for (var command : List.of("nosuchthing", "/bin/nosuchthing", "/nosuchfolder/thing")) {
            var result = exec(Duration.ZERO, PLENTY, command);
            assertEquals(127, result.exitCode(), command);
            assertTrue(text(result.stderr()).contains(command), text(result.stderr()));
            assertEquals("", text(result.stdout()));
        }
    }

    @Test
    void aCommandThatIsNotExecutableHasAShellsExitCode() throws Exception {
        shell("echo x > /tmp/plain");
        for (var command : List.of("/tmp/plain", "/etc")) {
            assertEquals(126, exec(Duration.ZERO, PLENTY, command).exitCode(), command);
        }
    }

    @Test
    void whatElseKeepsTheRuntimeFromStartingItIsAnErrorWithItsWords() throws Exception {
        var process = TestHost.process(false, List.of("/bin/true"));
        var elsewhere = new RuntimeSpec.Process(
                false,
                null,
                process.user(),
                process.args(),
                process.env(),
                "/no/such/folder",
                null,
                null,
                true,
                null,
                null,
                null,
                null,
                null,
                null);
        var failure = assertThrows(
                IOException.class, () -> runtime.execSync(id, new ExecProcess(elsewhere, Duration.ZERO, PLENTY)));
        assertTrue(failure.getMessage().contains("/no/such/folder"), failure.getMessage());
        var unknown = assertThrows(
                IOException.class,
                () -> runtime.execSync(host.id("nobody"), new ExecProcess(process, Duration.ZERO, PLENTY)));
        assertTrue(unknown.getMessage().contains(host.id("nobody")), unknown.getMessage());
    }

    @Test
    void standardInputIsEmptyAndNoDescriptorIsInherited() throws Exception {
        assertEquals("", text(shell("cat").stdout()));
        var beyond = shell("for f in 3 4 5 6 7 8 9; do stat /proc/$$/fd/$f 2>/dev/null; done");
        assertEquals("", text(beyond.stdout()));
    }

    @Test
    void outputBeyondTheBoundIsReadAndDropped() throws Exception {
        var result = exec(Duration.ZERO, 1000, "/bin/sh", "-c", "seq 1 100000; seq 1 100000 >&2; exit 4");
        assertEquals(1000, result.stdout().length);
        assertEquals(1000, result.stderr().length);
        assertTrue(text(result.stdout()).startsWith("1\n2\n"));
        assertTrue(result.truncated());
        assertEquals(4, result.exitCode());
    }

    @Test
    void muchOutputComesWhole() throws Exception {
        var result = exec(Duration.ZERO, 64 << 20, "/bin/dd", "if=/dev/zero", "bs=65536", "count=256");
        assertEquals(16 << 20, result.stdout().length);
        assertFalse(result.truncated());
    }

    @Test
    void aLongEnvironmentReachesTheCommand() throws Exception {
        var process = TestHost.process(false, List.of("/bin/sh", "-c", "echo ${#LONG}"));
        var withLong = new RuntimeSpec.Process(
                false,
                null,
                process.user(),
                process.args(),
                List.of("PATH=/bin", "LONG=" + "x".repeat(100_000)),
                "/",
                null,
                null,
                true,
                null,
                null,
                null,
                null,
                null,
                null);
        var result = runtime.execSync(id, new ExecProcess(withLong, Duration.ZERO, PLENTY));
        assertEquals("100000\n", text(result.stdout()));
    }

    @Test
    void atTheTimeoutTheCommandAndItsChildrenAreKilled() throws Exception {
        var before = Instant.now();
        var result = exec(
                Duration.ofMillis(700),
                PLENTY,
                "/bin/sh",
                "-c",
                "echo begun; sleep 4321 & setsid sleep 4322 & (sleep 4323 &) ; trap '' TERM INT HUP; sleep 4324");
        assertTrue(result.timedOut());
        assertEquals("begun\n", text(result.stdout()));
        assertTrue(Duration.between(before, Instant.now()).compareTo(Duration.ofSeconds(20)) < 0);
        assertEquals(
                List.of(),
                processes().stream().filter(p -> p.contains("sleep 432")).toList());
        assertTrue(
                processes().stream().anyMatch(p -> p.contains("sleep 1000")),
                processes().toString());
    }

    @Test
    void anInterruptKillsTheCommand() throws Exception {
        var began = host.root().resolve("tmp/began");
        var caller = Thread.ofVirtual()
                .start(() -> assertThrows(InterruptedException.class, () -> shell("echo > /tmp/began; sleep 4321")));
        Await.until(() -> Files.exists(began));
        caller.interrupt();
        caller.join();
        assertEquals(
                List.of(),
                processes().stream().filter(p -> p.contains("sleep 4321")).toList());
    }

    @Test
    void whatIsLeftInTheBackgroundIsNotWaitedForAndLivesOn() throws Exception {
        var result = shell("echo out; sleep 4321 & exit 6");
        assertEquals(6, result.exitCode());
        assertEquals("out\n", text(result.stdout()));
        assertFalse(result.timedOut());
        assertEquals(
                1, processes().stream().filter(p -> p.contains("sleep 4321")).count());
    }

    @Test
    void manyAtOnceKeepApart() throws Exception {
        var threads = new ArrayList<Thread>();
        var failures = new ConcurrentLinkedQueue<Throwable>();
        for (var i = 0; i < 16; i++) {
            var code = i;
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    var result = shell("echo " + code + "; exit " + code);
                    assertEquals(code, result.exitCode());
                    assertEquals(code + "\n", text(result.stdout()));
                } catch (Throwable e) {
                    failures.add(e);
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), List.copyOf(failures));
    }
}
