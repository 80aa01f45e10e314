package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RuntimeHandlerTest {
    private static RuntimeHandler handler(String name, String path, String root, String monitor, Duration timeout) {
        return new RuntimeHandler(
                name,
                Path.of(path),
                Path.of(root),
                CgroupManager.SYSTEMD,
                Path.of(monitor),
                RuntimeHandler.MONITOR_ENVIRONMENT,
                timeout,
                true,
                false,
                true,
                Optional.empty());
    }

    private static void refuses(String key, String path, String root, String monitor, Duration timeout) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> handler("h", path, root, monitor, timeout));
        assertTrue(refusal.getMessage().contains(key), refusal.getMessage());
    }

    @Test
    void wrongValuesAreRefusedWithTheirKey() {
        var time = RuntimeHandler.CREATE_TIMEOUT;
        handler("h", "/r", "/s", "/m", time);
        refuses("runtime_path", "runc", "/s", "/m", time);
        refuses("runtime_root", "/r", "", "/m", time);
        refuses("monitor_path", "/r", "/s", "conmon", time);
        refuses("container_create_timeout", "/r", "/s", "/m", Duration.ZERO);
        refuses("container_create_timeout", "/r", "/s", "/m", Duration.ofSeconds(Long.MAX_VALUE));
        assertThrows(IllegalArgumentException.class, () -> handler(" ", "/r", "/s", "/m", time));
    }

    @Test
    void itDoesNotChangeWithTheMapItWasMadeFrom() {
        var environment = new HashMap<>(RuntimeHandler.MONITOR_ENVIRONMENT);
        var handler = new RuntimeHandler(
                "h",
                Path.of("/r"),
                Path.of("/s"),
                CgroupManager.CGROUPFS,
                Path.of("/m"),
                environment,
                RuntimeHandler.CREATE_TIMEOUT,
                true,
                false,
                true,
                Optional.empty());
        environment.clear();
        assertEquals(RuntimeHandler.MONITOR_ENVIRONMENT, handler.monitorEnvironment());
    }
}
