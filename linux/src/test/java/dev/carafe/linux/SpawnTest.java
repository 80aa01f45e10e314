package dev.carafe.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SpawnTest {
    private static final Path SHELL = Path.of("/bin/sh");
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int PLENTY = 1 << 20;

    @TempDir
    Path folder;

    private static Spawn shell(String script) {
        return Spawn.of(SHELL, List.of("-c", script)).environment(Map.of("PATH", "/usr/bin:/bin"));
    }

    private static Output run(String script) throws Exception {
        return shell(script).run(new byte[0], LONG, PLENTY);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void collectsBothOutputsAndTheExitCode() throws Exception {
        var output = run("echo out; echo err >&2; exit 3");
        assertEquals("out\n", text(output.stdout()));
        assertEquals("err\n", text(output.stderr()));
        assertEquals(new ExitStatus.Exited(3), output.status());
        assertFalse(output.truncated());
    }

    @Test
    void tellsASignalFromACode() throws Exception {
        var output = run("kill -TERM $$");
        assertEquals(new ExitStatus.Signaled(Signals.TERM), output.status());
        assertEquals(143, output.status().shellCode());
    }

    @Test
    void theEnvironmentIsWhatItIsGiven() throws Exception {
        var output = Spawn.of(Path.of("/usr/bin/env"), List.of())
                .environment(Map.of("A", "b c"))
                .run(new byte[0], LONG, PLENTY);
        assertEquals("A=b c\n", text(output.stdout()));
    }

    @Test
    void startsInItsWorkingDirectory() throws Exception {
        var output = shell("pwd -P").workingDirectory(folder).run(new byte[0], LONG, PLENTY);
        assertEquals(folder.toRealPath() + "\n", text(output.stdout()));
    }

    @Test
    void largeInputGoesThroughAndComesBack() throws Exception {
        var input = new byte[3 << 20];
        for (var i = 0; i < input.length; i++) {
            input[i] = (byte) (i * 31);
        }
        var output = Spawn.of(Path.of("/bin/cat"), List.of()).run(input, LONG, input.length);
        assertArrayEquals(input, output.stdout());
    }

    @Test
    void aProgramThatReadsNothingDoesNotHang() throws Exception {
        var output = Spawn.of(Path.of("/bin/true"), List.of()).run(new byte[3 << 20], LONG, PLENTY);
        assertTrue(output.status().isSuccess());
    }

    @Test
    void outputBeyondTheBoundIsDropped() throws Exception {
        var output = shell("yes | head -c 1000000").run(new byte[0], LONG, 1000);
        assertEquals(1000, output.stdout().length);
        assertTrue(output.truncated());
        assertTrue(output.status().isSuccess(), "the program could write all of it");
    }

    @Test
    void theTimeoutEndsTheWholeGroup() throws Exception {
        var output = shell("sleep 1000 & echo $!; wait").run(new byte[0], Duration.ofMillis(300), PLENTY);
        assertTrue(output.timedOut());
        var grandchild = Integer.parseInt(text(output.stdout()).strip());
        try (var pidfd = Pidfd.open(grandchild).orElse(null)) {
            assertTrue(pidfd == null || pidfd.awaitExit(LONG));
        }
    }

    @Test
    void aGrandchildThatKeepsTheOutputOpenDoesNotHoldUsForLong() throws Exception {
        var output = run("sleep 20 & echo $!");
        assertFalse(output.timedOut());
        var grandchild = Integer.parseInt(text(output.stdout()).strip());
        ProcessHandle.of(grandchild).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void onlyNamedDescriptorsReachTheChild() throws Exception {
        try (var pipe = Pipe.open();
                var other = Fd.openRead(Path.of("/etc/passwd"))) {
            assertTrue(other.number() > 2);
            var output = shell("ls /proc/self/fd").pass(3, pipe.write()).run(new byte[0], LONG, PLENTY);
            // ls itself has 4 open for the folder.
            assertEquals("0\n1\n2\n3\n4\n", text(output.stdout()));
        }
    }

    @Test
    void aPassedDescriptorWorks() throws Exception {
        try (var pipe = Pipe.open()) {
            try (var child = shell("echo through >&3").pass(3, pipe.write()).start()) {
                pipe.write().close();
                var bytes = pipe.read().input().readAllBytes();
                assertEquals("through\n", text(bytes));
                assertTrue(child.await(LONG).orElseThrow().isSuccess());
            }
        }
    }

    @Test
    void signalsHaveTheirDefaultsInTheChild() throws Exception {
        var status = Files.readString(Path.of("/proc/self/status"));
        assertTrue(status.contains("SigIgn"), "the JVM ignores SIGPIPE; a child must not");
        var output = run("grep -E 'Sig(Blk|Ign)' /proc/self/status");
        assertEquals("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n", text(output.stdout()));
    }

    @Test
    void aSessionCanBeItsOwn() throws Exception {
        var output = shell("cut -d ' ' -f 1,6 /proc/$$/stat").newSession().run(new byte[0], LONG, PLENTY);
        var fields = text(output.stdout()).strip().split(" ");
        assertEquals(fields[0], fields[1], "the session has the child's number");
    }

    @Test
    void itsZombieIsFreedAMomentAfterItIsClosed() throws Exception {
        int pid;
        try (var child = shell("exit 3").start()) {
            pid = child.pid();
            assertEquals(new ExitStatus.Exited(3), child.await(LONG).orElseThrow());
            assertEquals(new ExitStatus.Exited(3), child.await(LONG).orElseThrow(), "asked again");
            assertEquals('Z', ProcessStat.read(pid).orElseThrow().state());
        }
        assertGone(pid);
    }

    @Test
    void whatWasNotAwaitedLeavesNoZombie() throws Exception {
        int pid;
        try (var child = shell("sleep 1000").start()) {
            pid = child.pid();
        }
        assertGone(pid);
    }

    private static void assertGone(int pid) throws Exception {
        var end = Instant.now().plus(LONG);
        while (ProcessStat.read(pid).isPresent()) {
            assertTrue(Instant.now().isBefore(end), "process " + pid + " is still there");
            Thread.sleep(10);
        }
    }

    @Test
    void aMissingProgramIsAnError() {
        var refused = assertThrows(
                ErrnoException.class,
                () -> Spawn.of(Path.of("/nowhere/x"), List.of()).start());
        assertTrue(refused.is(Errno.ENOENT));
    }

    @Test
    void anInterruptEndsTheWaitAndTheChild() throws Exception {
        var script = folder.resolve("pid");
        var thread = Thread.ofPlatform()
                .start(() -> assertThrows(
                        InterruptedException.class,
                        () -> shell("echo $$ > " + script + "; sleep 1000").run(new byte[0], LONG, PLENTY)));
        while (!Files.exists(script) || Files.size(script) == 0) {
            Thread.onSpinWait();
        }
        thread.interrupt();
        thread.join();
        var pid = Integer.parseInt(Files.readString(script).strip());
        try (var pidfd = Pidfd.open(pid).orElse(null)) {
            assertTrue(pidfd == null || pidfd.awaitExit(LONG));
        }
    }
}
