package dev.carafe.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TakingUpTest {
    @TempDir
    private Path temporary;

    private ConfigurationFolder folder;

    @BeforeEach
    void setUp() {
        folder = new ConfigurationFolder(temporary);
    }

    private Configuration read(String toml) throws IOException {
        return folder.main(toml).load().configuration();
    }

    @Test
    void whatCanChangeIsTakenUpAndTheRestIsKept() throws IOException {
        var running = read("""
                [crio]
                root = "/one"
                [crio.runtime]
                seccomp_profile = "/etc/one.json"
                log_level = "debug"
                """);
        var next = read("""
                [crio]
                root = "/two"
                [crio.runtime]
                apparmor_profile = "strict"
                log_level = "debug"
                """);
        var taken = running.takeUp(next);
        assertEquals(List.of("crio.runtime.seccomp_profile", "crio.runtime.apparmor_profile"), taken.now());
        assertEquals(List.of("crio.root"), taken.later());
        var values = taken.configuration().values();
        assertEquals("/one", values.get(RootKeys.ROOT));
        assertEquals("", values.get(RuntimeKeys.SECCOMP_PROFILE));
        assertEquals("strict", values.get(RuntimeKeys.APPARMOR_PROFILE));
        assertEquals("debug", values.get(RuntimeKeys.LOG_LEVEL));
    }

    @Test
    void handlersAreTakenUp() throws IOException {
        var next = read("[crio.runtime.runtimes.other]\nruntime_path = \"/bin/true\"\n");
        var taken = read("").takeUp(next);
        assertEquals(List.of("crio.runtime.runtimes.<name>"), taken.now());
        assertEquals(List.of(), taken.later());
        assertEquals(next.handlers(), taken.configuration().handlers());
    }

    @Test
    void keysWithoutEffectAreNotSpokenOf() throws IOException {
        var taken = read("").takeUp(read("[crio.runtime]\npinns_path = \"/x\"\n"));
        assertEquals(List.of(), taken.now());
        assertEquals(List.of(), taken.later());
    }
}
