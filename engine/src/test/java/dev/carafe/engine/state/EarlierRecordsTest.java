package dev.carafe.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.carafe.linux.NamespaceKind;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Records as each earlier schema wrote them, kept as files: they open with all they said. A new schema adds a folder
/// beside these, which are never changed.
class EarlierRecordsTest {
    private static final Instant CREATED = Instant.parse("2026-03-01T10:00:00.123456789Z");
    private static final String POD = "a1".repeat(32);

    @TempDir
    private Path folder;

    private Stores stores;

    @BeforeEach
    void open() throws IOException, URISyntaxException {
        var kept = Path.of(Objects.requireNonNull(EarlierRecordsTest.class.getResource("schema-1"))
                .toURI());
        try (var files = Files.walk(kept)) {
            for (var file : files.toList()) {
                var target = folder.resolve(kept.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
        stores = Stores.open(folder, Clock.systemUTC());
    }

    @Test
    void podsOfSchema1AreWhatTheyWere() {
        assertEquals(2, stores.pods().all().size());
        var pod = stores.pods().require(POD);
        assertEquals("shop/web (uid 4f1c, attempt 2)", pod.key().toString());
        assertEquals("runc", pod.handler());
        assertEquals(CREATED, pod.createdAt());
        assertEquals(new PodState.Ready(List.of("10.1.2.3", "fd00::3")), pod.state());
        assertEquals(
                Map.of(NamespaceKind.NETWORK, Path.of("/run/netns/" + POD)),
                pod.place().namespaces());
        assertEquals("/kubepods/pod4f1c", pod.place().cgroup());
        assertEquals(41, pod.place().process().pid());
        assertEquals(Map.of("app", "web"), pod.config().getLabelsMap());

        var stopped = stores.pods().require("a2".repeat(32));
        assertEquals(new PodState.Stopped(), stopped.state());
        assertEquals("/kubepods", stopped.place().madeCgroup());
        assertEquals(PodRecord.OwnProcess.NONE, stopped.place().process());
        assertEquals("", stopped.place().level());
    }

    @Test
    void containersOfSchema1AreWhatTheyWere() {
        assertEquals(2, stores.containers().all().size());
        var running = stores.containers().require("b1".repeat(32));
        assertEquals(POD, running.pod().value());
        assertEquals(new ContainerState.Running(CREATED.plusSeconds(1)), running.state());
        assertEquals(3, running.key().attempt());
        assertEquals(List.of("serve"), running.config().getCommandList());
        var making = running.making();
        assertEquals("sha256:" + "d".repeat(64), making.imageId());
        assertEquals(List.of("sha256:" + "f".repeat(64)), making.volumeIds());
        assertEquals(64 << 20, making.resources().getMemoryLimitInBytes());
        assertEquals(51, making.process().pid());
        assertEquals(50, making.process().monitorPid());
        assertEquals(1000, making.process().user().getUid());
        assertEquals("/data", making.process().mounts().getFirst().getContainerPath());

        assertEquals(
                new ContainerState.Exited(CREATED.plusSeconds(1), CREATED.plusSeconds(9), 137, "OOMKilled"),
                stores.containers().require("b2".repeat(32)).state());
    }
}
