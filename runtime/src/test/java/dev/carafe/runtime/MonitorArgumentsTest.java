package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MonitorArgumentsTest {
    private static final RuntimeDirectories DIRECTORIES =
            new RuntimeDirectories(Path.of("/run/e"), Path.of("/run/a"), Path.of("/run/p"));

    private static List<String> arguments(CgroupManager manager, boolean syncsLog, ContainerProcess container)
            throws IOException {
        return arguments(manager, syncsLog, false, container);
    }

    private static List<String> arguments(
            CgroupManager manager, boolean syncsLog, boolean journals, ContainerProcess container) throws IOException {
        return arguments(handler(manager, syncsLog, journals, true), container);
    }

    private static RuntimeHandler handler(
            CgroupManager manager, boolean syncsLog, boolean journals, boolean pivotsRoot) {
        return new RuntimeHandler(
                "h",
                Path.of("/bin/runc"),
                Path.of("/run/runc"),
                manager,
                Path.of("/bin/conmon"),
                RuntimeHandler.MONITOR_ENVIRONMENT,
                RuntimeHandler.CREATE_TIMEOUT,
                syncsLog,
                journals,
                pivotsRoot,
                Optional.empty());
    }

    private static List<String> arguments(RuntimeHandler handler, ContainerProcess container) throws IOException {
        return MonitorArguments.of(handler, new ContainerFiles(DIRECTORIES, container.id()), container);
    }

    private static ContainerProcess container(String log, boolean tty, boolean stdin, boolean once, long maxBytes) {
        return new ContainerProcess("a", "-n", Path.of("/b"), Path.of(log), tty, stdin, once, maxBytes, "");
    }

    private static String after(List<String> arguments, String option) {
        return arguments.get(arguments.indexOf(option) + 1);
    }

    @Test
    void pathsAndNamesFollowTheirOptions() throws Exception {
        var arguments = arguments(CgroupManager.CGROUPFS, true, container("/log/a", false, false, false, -1));
        assertEquals("a", after(arguments, "-c"));
        assertEquals("a", after(arguments, "-u"));
        assertEquals("-n", after(arguments, "-n"));
        assertEquals("/b", after(arguments, "-b"));
        assertEquals("/bin/runc", after(arguments, "-r"));
        assertEquals("/run/e", after(arguments, "--exit-dir"));
        assertEquals("/run/p/a", after(arguments, "--persist-dir"));
        assertEquals("/run/a", after(arguments, "--socket-dir-path"));
        assertEquals("k8s-file:/log/a", after(arguments, "-l"));
        assertTrue(arguments.contains("--root=/run/runc"));
        for (var option : List.of("-s", "-t", "-i", "--leave-stdin-open", "--no-sync-log", "--log-size-max")) {
            assertFalse(arguments.contains(option), option);
        }
    }

    @Test
    void eachWishHasItsOption() throws Exception {
        var arguments = arguments(CgroupManager.SYSTEMD, false, container("", false, true, false, 8192));
        assertEquals("none", after(arguments, "-l"));
        assertEquals("8192", after(arguments, "--log-size-max"));
        assertTrue(arguments.containsAll(List.of("-s", "--no-sync-log", "-i", "--leave-stdin-open")));
        var once = arguments(CgroupManager.SYSTEMD, true, container("", false, true, true, -1));
        assertTrue(once.contains("-i"));
        assertFalse(once.contains("--leave-stdin-open"));
        var tty = arguments(CgroupManager.SYSTEMD, true, container("", true, true, false, -1));
        assertTrue(tty.contains("-t"));
        assertFalse(tty.contains("-i"));
    }

    @Test
    void theJournalIsOneMoreLogAndMayBeTheOnlyOne() throws Exception {
        var both = arguments(CgroupManager.CGROUPFS, true, true, container("/log/a", false, false, false, -1));
        assertEquals("k8s-file:/log/a", after(both, "-l"));
        assertEquals("-l", both.get(both.indexOf("journald:") - 1));
        var one = arguments(CgroupManager.CGROUPFS, true, true, container("", false, false, false, -1));
        assertEquals("journald:", after(one, "-l"));
        assertFalse(one.contains("none"));
    }

    @Test
    void aRamdisksRootIsMoved() throws Exception {
        var container = container("", false, false, false, -1);
        for (var pivots : new boolean[] {true, false}) {
            var arguments = arguments(handler(CgroupManager.CGROUPFS, true, false, pivots), container);
            assertEquals(!pivots, arguments.contains("--no-pivot"));
        }
    }

    @Test
    void aLogThatConmonWouldMisreadIsRefused() {
        assertThrows(
                IOException.class,
                () -> arguments(
                        CgroupManager.CGROUPFS, true, container("/log/a:/etc/passwd", false, false, false, -1)));
    }

    @Test
    void relativePathsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> container("log", false, false, false, -1));
        assertThrows(
                IllegalArgumentException.class,
                () -> new ContainerProcess("a", "n", Path.of("b"), Path.of(""), false, false, false, -1, ""));
    }
}
