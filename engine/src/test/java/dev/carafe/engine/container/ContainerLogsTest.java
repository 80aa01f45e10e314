package dev.carafe.engine.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.state.Folders;
import dev.carafe.engine.state.PodId;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.PodRecord.OwnProcess;
import dev.carafe.engine.state.PodRecord.PodPlace;
import dev.carafe.engine.state.PodState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerLogsTest {
    @TempDir
    private Path host;

    private final PodId id = PodId.random();

    private ContainerLogs logs() {
        return new ContainerLogs(new Folders(host.resolve("r"), host.resolve("v"), host.resolve("logs")));
    }

    private PodRecord pod(String logDirectory) {
        return new PodRecord(
                id,
                PodSandboxConfig.newBuilder().setLogDirectory(logDirectory).build(),
                "h",
                Instant.EPOCH,
                new PodPlace(Map.of(), "", "", OwnProcess.NONE, ""),
                new PodState.Starting());
    }

    private String path(String logDirectory, String logPath) {
        return logs().path(
                        pod(logDirectory),
                        ContainerConfig.newBuilder().setLogPath(logPath).build());
    }

    @Test
    void aLogIsBelowThePodsFolderOrBelowTheNodes() {
        assertEquals("/l/web/0.log", path("/l", "web/0.log"));
        assertEquals("/l/0.log", path("/l/x/..", "./0.log"));
        assertEquals(host.resolve("logs").resolve(id.value()).resolve("0.log").toString(), path("", "0.log"));
        assertEquals("", path("/l", ""));
        assertEquals("", path("", ""));
    }

    @Test
    void aLogThatLeavesItsFolderIsRefused() {
        for (var logPath : new String[] {"../0.log", "/etc/passwd", "a/../..", ".", "a/.."}) {
            assertThrows(Invalid.class, () -> path("/l", logPath), logPath);
        }
        assertThrows(Invalid.class, () -> path("l", "0.log"));
    }

    @Test
    void theFoldersAboveALogAreMadeAndAHostsLinkAboveThePodsMayBeThere() throws IOException {
        Files.createDirectory(host.resolve("disk"));
        Files.createSymbolicLink(host.resolve("var"), host.resolve("disk"));
        var folder = host.resolve("var/pod");
        var log = folder.resolve("web/0.log");
        logs().prepare(pod(folder.toString()), log);
        assertTrue(Files.isDirectory(host.resolve("disk/pod/web")));
        Files.createFile(log);
        logs().prepare(pod(folder.toString()), log);
    }

    @Test
    void whatAContainerHasLinkedIsNotFollowed() throws IOException {
        var folder = Files.createDirectories(host.resolve("pod"));
        var elsewhere = Files.createDirectory(host.resolve("elsewhere"));
        Files.createSymbolicLink(folder.resolve("web"), elsewhere);
        assertThrows(IOException.class, () -> logs().prepare(pod(folder.toString()), folder.resolve("web/0.log")));
        var secret = Files.createFile(host.resolve("secret"));
        Files.createSymbolicLink(folder.resolve("0.log"), secret);
        assertThrows(IOException.class, () -> logs().prepare(pod(folder.toString()), folder.resolve("0.log")));
        Files.createSymbolicLink(folder.resolve("1.log"), host.resolve("missing"));
        assertThrows(IOException.class, () -> logs().prepare(pod(folder.toString()), folder.resolve("1.log")));
        Files.createDirectory(folder.resolve("2.log"));
        assertThrows(IOException.class, () -> logs().prepare(pod(folder.toString()), folder.resolve("2.log")));
        assertFalse(Files.exists(elsewhere.resolve("0.log")));
    }
}
