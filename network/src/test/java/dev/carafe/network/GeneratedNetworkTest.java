package dev.carafe.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class GeneratedNetworkTest {
    private static final String TEMPLATE = """
            {"cniVersion": "1.0.0", "name": "generated", "plugins": [
              {"type": "first", "ipam": {"type": "x", "ranges": [
                {{range $i, $range := .PodCIDRRanges}}{{if $i}}, {{end}}[{"subnet": "{{$range}}"}]{{end}}]}}]}
            """;

    @TempDir
    private Path root;

    private Stage stage;
    private Path template;
    private CniNetwork network;

    @BeforeEach
    void open() throws Exception {
        template = Files.writeString(root.resolve("template"), TEMPLATE);
        stage = new Stage(root).pluginFiles("first");
        var choices = new NetworkConfig.Choices("", true, Duration.ZERO, Optional.of(template));
        network = new CniNetwork(
                stage.config(choices, NetworkConfig.Limits.USUAL), new FakePlugins(), new FakePacketFilter());
    }

    @AfterEach
    void close() {
        network.close();
    }

    private Path file() {
        return stage.networks().resolve(GeneratedNetwork.FILE);
    }

    private boolean isReady(String name) {
        return network.status() instanceof NetworkStatus.Ready(var found, var problems)
                && found.equals(name)
                && problems.isEmpty();
    }

    @Test
    void theNetworkIsReadyOnceTheRangesAreKnownAndFollowsThem() throws Exception {
        assertFalse(network.status() instanceof NetworkStatus.Ready);
        network.usePodRanges(List.of("10.85.1.0/24"));
        Stage.await("it is ready", () -> isReady("generated"));
        assertTrue(Files.readString(file()).contains("10.85.1.0/24"));
        network.usePodRanges(List.of("10.85.2.0/24", "fd00:1::/64"));
        assertTrue(Files.readString(file()).contains("10.85.2.0/24"));
        try (var files = Files.list(stage.networks())) {
            assertEquals(List.of(file()), files.toList(), "nothing else is left there");
        }
    }

    @Test
    void whereThereIsAnotherFileNothingIsWritten() throws Exception {
        stage.network("99-other.conflist", Stage.CHAIN);
        network.usePodRanges(List.of("10.85.1.0/24"));
        assertFalse(Files.exists(file()));
    }

    @Test
    void aTemplateThatCannotBeUsedIsNamed() throws Exception {
        for (var wrong : List.of("{{.Other}}", "no JSON")) {
            Files.writeString(template, wrong);
            var failure = assertThrows(IOException.class, () -> network.usePodRanges(List.of("10.85.1.0/24")), wrong);
            assertTrue(String.valueOf(failure.getMessage()).contains(template.toString()), failure::getMessage);
        }
        Files.delete(template);
        assertThrows(IOException.class, () -> network.usePodRanges(List.of("10.85.1.0/24")));
        assertFalse(Files.exists(file()));
    }
}
