package dev.carafe.daemon.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.daemon.config.UsageException;
import dev.carafe.daemon.http.HttpListener;
import dev.carafe.daemon.http.HttpService;
import dev.carafe.daemon.http.Page;
import dev.carafe.engine.container.Inspected;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The command against pages as the daemon makes them, without a daemon.
class StatusCommandTest {
    private static final Inspected CONTAINER = new Inspected(
            "k8s_a_b_c_d_0",
            42,
            new Inspected.Image("busybox", "busybox@sha256:00"),
            Instant.parse("2026-01-02T03:04:05.000000006Z"),
            new Inspected.Marks(Map.of("z", "1", "a", "x\u001b[2J\ny: forged"), Map.of()),
            new Inspected.Place("pod1", List.of("10.0.0.1", "fd00::1"), "/logs/a", "/roots/a"));

    @TempDir
    private Path folder;

    private HttpListener listener;

    @BeforeEach
    void listen() throws IOException {
        listener = new HttpListener("test", new HttpService((_, path) -> page(path)), Optional.empty());
        listener.listen(folder.resolve("s"));
    }

    private static Page page(String path) {
        return switch (path) {
            case "/info" -> Page.json(Documents.info(new StatusPages.Node("/root", "systemd")));
            case "/config" -> Page.text("[crio]\n");
            case "/containers/abc" -> Page.json(Documents.container(CONTAINER));
            case "/debug/goroutines" -> Page.text("threads\n");
            case "/debug/heap" -> Page.text("heap\n");
            default -> Page.refused(404, "no " + path);
        };
    }

    @AfterEach
    void close() {
        listener.close();
    }

    private String run(String... arguments) throws IOException {
        var out = new ByteArrayOutputStream();
        StatusCommand.parse(List.of(arguments), folder.resolve("s"))
                .run(new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"info", "i"})
    void theNodeIsShownAsCrioShowsIt(String word) throws IOException {
        assertEquals("""
                cgroup driver: systemd
                storage driver: overlay
                storage root: /root
                default GID mappings (format <container>:<host>:<size>):
                  0:0:4294967295
                default UID mappings (format <container>:<host>:<size>):
                  0:0:4294967295
                """, run(word));
    }

    @ParameterizedTest
    @ValueSource(strings = {"containers", "container", "cs", "s"})
    void aContainerIsShownAndNothingInItForgesALine(String word) throws IOException {
        assertEquals("""
                name: k8s_a_b_c_d_0
                pid: 42
                image: busybox
                image ref: busybox@sha256:00
                created: 2026-01-02T03:04:05.000000006Z
                labels:
                  a: x?[2J?y: forged
                  z: 1
                annotations:
                log path: /logs/a
                root: /roots/a
                sandbox: pod1
                ips: 10.0.0.1, fd00::1
                """, run(word, "--id", "abc"));
    }

    @Test
    void theRestIsPassedOn() throws IOException {
        assertEquals("[crio]\n", run("config"));
        assertEquals("threads\n", run("goroutines"));
        assertEquals("threads\n", run("threads"));
        var file = folder.resolve("heap");
        assertEquals("", run("heap", "-f", file.toString()));
        assertEquals("heap\n", Files.readString(file));
    }

    @Test
    void theSocketIsThatOfTheLine() throws IOException {
        Files.move(folder.resolve("s"), folder.resolve("other"));
        var gone = assertThrows(IOException.class, () -> run("info"));
        assertTrue(
                String.valueOf(gone.getMessage()).contains(folder.resolve("s").toString()), gone::toString);
        assertTrue(run("--socket=" + folder.resolve("other"), "info").contains("systemd"));
    }

    @Test
    void whatTheDaemonRefusesIsSaid() {
        var refused = assertThrows(IOException.class, () -> run("containers", "--id=a/../b c"));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("no /containers/"), refused::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nothing", "info config", "containers", "info --socket", "info --no x"})
    void aLineThatIsWrongIsRefused(String line) {
        var words = line.isEmpty() ? new String[0] : line.split(" ");
        assertThrows(UsageException.class, () -> run(words));
    }
}
