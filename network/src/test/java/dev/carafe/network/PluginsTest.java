package dev.carafe.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.linux.Pidfd;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Real plugins, written in shell.
@Timeout(60)
class PluginsTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path root;

    private Stage stage;

    @BeforeEach
    void open() {
        stage = new Stage(root);
    }

    private String call(Duration limit) throws IOException, InterruptedException {
        return call(limit, new ProcessPluginRunner());
    }

    private String call(Duration limit, PluginRunner runner) throws IOException, InterruptedException {
        var plugins =
                new Plugins(List.of(root.resolve("none"), stage.plugins()), runner, new NetworkConfig.Limits(limit, 4));
        var request = JsonObject.EMPTY.with("type", "p");
        var call = new PluginCall("p", "net", Map.of("CNI_COMMAND", "ADD", "CNI_ARGS", "a=b"), request);
        return new String(plugins.call(call), StandardCharsets.UTF_8);
    }

    private PluginException failure(String script) throws IOException {
        stage.plugin("p", script);
        var failure = assertThrows(PluginException.class, () -> call(LONG));
        assertTrue(failure.getMessage().startsWith("plugin p of network net, ADD: "), failure::getMessage);
        return failure;
    }

    @Test
    void aPluginReadsItsRequestAndItsParameters() throws Exception {
        stage.plugin("p", "cat; echo \" $CNI_COMMAND $CNI_ARGS $CNI_PATH\"");
        assertEquals("{\"type\":\"p\"} ADD a=b " + root.resolve("none") + ":" + stage.plugins() + "\n", call(LONG));
    }

    @Test
    void theDaemonsEnvironmentPassesButForWhatIsItsOwn() throws Exception {
        stage.plugin("p", "env | sort");
        var runner = new ProcessPluginRunner(Map.of(
                "HTTPS_PROXY",
                "proxy",
                "CNI_IFNAME",
                "stale",
                "NOTIFY_SOCKET",
                "/run/systemd/notify",
                "PATH",
                "/usr/bin:/bin"));
        var environment = call(LONG, runner).lines().toList();
        assertTrue(environment.contains("HTTPS_PROXY=proxy"), environment::toString);
        assertTrue(environment.contains("PATH=/usr/bin:/bin"), environment::toString);
        assertTrue(
                environment.stream().noneMatch(v -> v.contains("stale") || v.startsWith("NOTIFY")),
                environment::toString);
    }

    @Test
    void aMissingPathIsFilledIn() throws Exception {
        stage.plugin("p", "echo $PATH");
        assertTrue(call(LONG, new ProcessPluginRunner(Map.of())).contains("/usr/sbin:/usr/bin"));
    }

    @Test
    void aPluginsErrorPassesThrough() throws Exception {
        var failure = failure(
                "echo '{\"cniVersion\":\"1.0.0\",\"code\":11,\"msg\":\"busy\",\"details\":\"no lease\"}'; exit 1");
        assertEquals(11, failure.code());
        assertTrue(failure.getMessage().endsWith(": busy; no lease (code 11)"), failure::getMessage);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exit 3                                            | exit code 3 and no error report",
                "echo why >&2; exit 3                              | exit code 3 and no error report; stderr: \"why\"",
                "echo oops; exit 1                                 | no error report; stdout: \"oops\"",
                "echo '[]'; exit 1                                 | no error report; stdout: \"[]\"",
                "echo '{}'; exit 1                                 | no error report; stdout: \"{}\"",
                "echo '{\"code\":\"x\",\"msg\":\"m\"}'; exit 1     | no error report; stdout",
                "kill -9 $$                                        | was killed by signal 9",
            })
    void aPluginThatTellsNoReasonIsQuoted(String script, String message) throws Exception {
        var failure = failure(script);
        assertEquals(0, failure.code());
        assertTrue(failure.getMessage().contains(message), failure::getMessage);
    }

    @Test
    void whatAPluginSaysCanNotForgeALineOrFloodTheLog() throws Exception {
        var flood = failure("head -c 100000 /dev/zero | tr '\\0' x >&2; printf 'last\\nline\\033[2J' >&2; exit 1");
        assertTrue(flood.getMessage().length() < 1000, flood::getMessage);
        assertTrue(flood.getMessage().endsWith("last line [2J\""), flood::getMessage);
        var report = failure("printf %s '{\"code\":100,\"msg\":\"a\\nb\\u001b\"}'; exit 1");
        assertTrue(report.getMessage().contains("a b "), report::getMessage);
    }

    @Test
    void endlessOutputIsCutAndRefused() throws Exception {
        assertTrue(failure("yes | head -c 5000000").getMessage().contains("printed more than"));
    }

    @Test
    void aLongStderrIsNoReasonToFail() throws Exception {
        stage.plugin("p", "yes | head -c 5000000 >&2; echo '{}'");
        assertEquals("{}\n", call(LONG));
    }

    @Test
    void aPluginThatHangsIsEndedWithAllItStarted() throws Exception {
        stage.plugin("p", "sleep 1000 & echo $! > " + root + "/child; echo waiting >&2; wait");
        var failure = assertThrows(PluginException.class, () -> call(Duration.ofMillis(500)));
        assertTrue(failure.getMessage().contains("did not end within 500 ms and was killed"), failure::getMessage);
        assertTrue(failure.getMessage().contains("waiting"), failure::getMessage);
        var child = Integer.parseInt(Files.readString(root.resolve("child")).strip());
        try (var pidfd = Pidfd.open(child).orElse(null)) {
            assertTrue(pidfd == null || pidfd.awaitExit(LONG));
        }
    }

    @Test
    void aPluginThatIsNotThereIsNamedWithTheFolders() {
        var failure = assertThrows(PluginException.class, () -> call(LONG));
        assertTrue(
                failure.getMessage().contains("there is no such plugin in " + root.resolve("none") + ", "),
                failure::getMessage);
    }

    @Test
    void aFileThatCanNotRunIsAnError() throws Exception {
        stage.pluginFiles("p");
        assertThrows(IOException.class, () -> call(LONG));
    }

    @Test
    void aPluginThatIsBeingWrittenIsWaitedFor() throws Exception {
        stage.plugin("p", "echo '{}'");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var open = FileChannel.open(stage.plugins().resolve("p"), StandardOpenOption.WRITE);
            var output = threads.submit(() -> call(LONG));
            assertFalse(output.isDone());
            open.close();
            assertEquals("{}\n", output.get());
        }
    }

    @Test
    void asManyPluginsRunAtATimeAsAllowedAndNoMore() throws Exception {
        stage.pluginFiles("p");
        var together = new CyclicBarrier(3);
        var running = new AtomicInteger();
        PluginRunner runner = (_, _, _, _) -> {
            assertTrue(running.incrementAndGet() <= 3);
            try {
                together.await(30, TimeUnit.SECONDS);
            } catch (BrokenBarrierException | TimeoutException e) {
                throw new IOException(e);
            }
            running.decrementAndGet();
            return FakePlugins.printing("");
        };
        var plugins = new Plugins(List.of(stage.plugins()), runner, new NetworkConfig.Limits(LONG, 3));
        var call = new PluginCall("p", "net", Map.of("CNI_COMMAND", "ADD"), JsonObject.EMPTY);
        Callable<byte[]> calling = () -> plugins.call(call);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var one : threads.invokeAll(Collections.nCopies(21, calling))) {
                assertEquals(0, one.get().length);
            }
        }
    }
}
