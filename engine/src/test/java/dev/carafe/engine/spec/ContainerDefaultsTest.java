package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ContainerDefaultsTest {
    private final TestDefaults defaults = new TestDefaults();

    private void refused(String key) {
        var refusal = assertThrows(IllegalArgumentException.class, defaults::build);
        assertTrue(refusal.getMessage().startsWith(key + ": "), refusal.getMessage());
    }

    @Test
    void criosOwnValuesPass() {
        defaults.mounts = NodeMounts.USUAL;
        assertEquals(ContainerDefaults.crio(Map.of("", HandlerRules.NONE)), defaults.build());
    }

    @Test
    void aWrongValueNamesItsKey() {
        defaults.capabilities = List.of("CHOWN", "ROOT");
        refused("default_capabilities");
        defaults.capabilities = List.of();
        defaults.environment = List.of("=x");
        refused("default_env");
        defaults.environment = List.of("A=");
        defaults.ulimits = List.of("nofile");
        refused("default_ulimits");
        defaults.ulimits = List.of("RLIMIT_NOFILE=1:2");
        defaults.additionalDevices = List.of("null");
        refused("additional_devices");
        defaults.additionalDevices = List.of("/dev/null:/dev/x:rw");
        defaults.logSizeMaxBytes = 8191;
        refused("log_size_max");
        defaults.logSizeMaxBytes = 8192;
        assertEquals(8192, defaults.build().logSizeMaxBytes());
    }
}
