package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.engine.Invalid;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SysctlsTest {
    @Test
    void takesWhatBelongsToThePodsNamespaces() {
        assertDoesNotThrow(() -> Sysctls.validate(
                Map.of("net.ipv4.ip_forward", "1", "kernel.shm_rmid_forced", "1", "fs.mqueue.msg_max", "10"),
                true,
                true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vm.swappiness",
                "kernel.core_pattern",
                "kernel.hostname",
                "fs.file-max",
                "net",
                "network.x",
                "net/../kernel/core_pattern",
                "net..ipv4",
                "net.ipv4.",
                "",
                "net.a\nb"
            })
    void refusesWhatIsTheHosts(String name) {
        var refused = assertThrows(Invalid.class, () -> Sysctls.validate(Map.of(name, "1"), true, true));
        assertTrue(refused.getMessage().startsWith("linux.sysctls: " + name), refused.getMessage());
    }

    @Test
    void refusesParametersOfANamespaceThatThePodSharesWithTheHost() {
        assertThrows(Invalid.class, () -> Sysctls.validate(Map.of("net.ipv4.ip_forward", "1"), false, true));
        assertThrows(Invalid.class, () -> Sysctls.validate(Map.of("kernel.sem", "1 2 3 4"), true, false));
    }

    @Test
    void whatThePodAsksForWinsOverTheDefaultsAndUnfitDefaultsAreSkipped() {
        var sysctls = Sysctls.forPod(
                Map.of("net.ipv4.ip_forward", "0", "net.core.somaxconn", "512", "vm.swappiness", "0"),
                Map.of("net/ipv4/ip_forward", "1", "net/ipv4/conf/eth0.7/forwarding", "1"),
                true,
                true);
        assertEquals(
                Map.of(
                        "net.ipv4.ip_forward", "1",
                        "net.core.somaxconn", "512",
                        "net.ipv4.conf.eth0/7.forwarding", "1"),
                sysctls);
    }
}
