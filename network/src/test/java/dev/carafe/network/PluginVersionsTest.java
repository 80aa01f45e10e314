package dev.carafe.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PluginVersionsTest {
    @TempDir
    private Path root;

    private final FakePlugins fake = new FakePlugins();
    private PluginVersions versions;

    @BeforeEach
    void open() throws Exception {
        var stage = new Stage(root).pluginFiles("p");
        versions = new PluginVersions(new Plugins(List.of(stage.plugins()), fake, NetworkConfig.Limits.USUAL));
    }

    @Test
    void thoseThatBothSpeakAreGiven() throws Exception {
        fake.on("VERSION", "p", _ -> FakePlugins.versions("0.4.0", "1.0.0", "3.0.0"));
        assertEquals(Set.of(SpecVersion.V0_4_0, SpecVersion.V1_0_0), versions.of("p"));
    }

    @Test
    void aPluginIsAskedOnceUntilItsFileChanges() throws Exception {
        var asked = new AtomicInteger();
        fake.on("VERSION", "p", _ -> {
            asked.incrementAndGet();
            return FakePlugins.versions("1.0.0");
        });
        versions.of("p");
        versions.of("p");
        assertEquals(1, asked.get());
        new Stage(root).plugin("p", "newer");
        versions.of("p");
        assertEquals(2, asked.get());
    }

    @Test
    void pluginsFromBeforeTheListAreUnderstood() throws Exception {
        fake.on("VERSION", "p", _ -> FakePlugins.printing("{\"cniVersion\":\"0.2.0\"}"));
        assertEquals(Set.of(SpecVersion.V0_1_0, SpecVersion.V0_2_0), versions.of("p"));
    }

    @Test
    void pluginsFromBeforeTheCommandAreUnderstood() throws Exception {
        fake.on("VERSION", "p", _ -> FakePlugins.failing(4, "unknown CNI_COMMAND: VERSION"));
        assertEquals(Set.of(SpecVersion.V0_1_0), versions.of("p"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"cniVersion\":\"1.0.0\"}",
                "{\"supportedVersions\":[]}",
                "{\"supportedVersions\":[7]}",
                "{\"supportedVersions\":\"1.0.0\"}",
                "{\"supportedVersions\":[\"9.9.9\"]}"
            })
    void otherAnswersAreErrors(String answer) {
        fake.on("VERSION", "p", _ -> FakePlugins.printing(answer));
        assertThrows(PluginException.class, () -> versions.of("p"));
    }
}
