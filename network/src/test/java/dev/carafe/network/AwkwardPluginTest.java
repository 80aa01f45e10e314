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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A program that takes a lease for each container and misbehaves: whatever it does, its DEL comes, and the
/// daemon goes on.
@Timeout(60)
class AwkwardPluginTest {
    private static final NetworkConfig.Limits SHORT = new NetworkConfig.Limits(Duration.ofSeconds(2), 4);

    @TempDir
    private Path root;

    private Stage stage;
    private CniNetwork network;

    @BeforeEach
    void open() throws IOException {
        stage = new Stage(root);
        Files.createDirectories(root.resolve("leases"));
    }

    /// @param add what it does once it has a lease
    /// @param delete what it does before it gives it back
    private void open(String version, String add, String delete) throws IOException {
        stage.plugin("awkward", """
                lease=%s/leases/$CNI_CONTAINERID
                case $CNI_COMMAND in
                VERSION) echo '{"cniVersion":"1.1.0","supportedVersions":["%s"]}' ;;
                ADD) touch $lease; %s ;;
                DEL) %s; rm -f $lease ;;
                esac
                """.formatted(root, version, add, delete));
        stage.network(
                "10-awkward.conflist",
                "{\"cniVersion\":\"%s\",\"name\":\"odd\",\"plugins\":[%s]}"
                        .formatted(version, "{\"type\":\"awkward\"}"));
        network = new CniNetwork(stage.config("", SHORT), new ProcessPluginRunner(), new FakePacketFilter());
        Stage.await("the network", () -> network.status() instanceof NetworkStatus.Ready);
    }

    @AfterEach
    void close() {
        network.close();
    }

    private boolean hasLease() {
        return Files.exists(root.resolve("leases/c1"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0.1.0 | {"ip4":{"ip":"10.9.0.2/24"},"ip6":{"ip":"fd00::2/64"}}
            0.2.0 | {"cniVersion":"0.2.0","ip4":{"ip":"10.9.0.2/24"},"ip6":{"ip":"fd00::2/64"}}
            0.3.0 | {"cniVersion":"0.3.0","ips":[{"version":"4","address":"10.9.0.2/24"},{"address":"fd00::2/64"}]}
            0.3.1 | {"cniVersion":"0.3.1","ips":[{"version":"4","address":"10.9.0.2/24"},{"address":"fd00::2/64"}]}
            0.4.0 | {"cniVersion":"0.4.0","ips":[{"version":"4","address":"10.9.0.2/24"},{"address":"fd00::2/64"}]}
            1.0.0 | {"cniVersion":"1.0.0","ips":[{"address":"10.9.0.2/24"},{"address":"fd00::2/64"}]}
            1.1.0 | {"cniVersion":"1.1.0","ips":[{"address":"10.9.0.2/24"},{"address":"fd00::2/64"}]}
            """)
    void anAnswerOfEachVersionIsUnderstood(String version, String answer) throws Exception {
        open(version, "echo '" + answer + "'", ":");
        assertEquals(
                List.of("10.9.0.2", "fd00::2"), network.attach(stage.pod("c1")).addresses());
        assertTrue(hasLease());
        network.check(stage.pod("c1"));
        network.detach(stage.pod("c1"));
        assertFalse(hasLease());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            sleep 1000                                                         | did not end within 2000 ms
            exit 7                                                             | ended with exit code 7
            kill -SEGV $$                                                      | was killed by signal 11
            echo '{"code":11,"msg":"busy","details":"ask again"}'; exit 1      | busy; ask again (code 11)
            echo 'All done!'                                                   | gave no valid result
            echo '{"cniVersion":"9.9.9"}'                                      | gave no valid result
            echo '{"cniVersion":"1.0.0","ips":[{"address":"everywhere"}]}'     | gave no valid result
            head -c 3000000 /dev/zero                                          | printed more than
            """)
    void whateverAnAddDoesItIsTakenBack(String add, String message) throws Exception {
        open("1.0.0", add, ":");
        var failure = assertThrows(IOException.class, () -> network.attach(stage.pod("c1")));
        assertTrue(String.valueOf(failure.getMessage()).contains(message), failure::getMessage);
        assertFalse(hasLease());
        try (var cached = Files.list(stage.cache().resolve("results"))) {
            assertEquals(0, cached.count());
        }
    }

    @Test
    void aDeleteThatHangsIsEndedKeptAndDoneOnceThePluginIsMended() throws Exception {
        open("1.0.0", "echo '{\"cniVersion\":\"1.0.0\"}'", "sleep 1000");
        network.attach(stage.pod("c1"));
        var failure = assertThrows(IOException.class, () -> network.detach(stage.pod("c1")));
        assertTrue(String.valueOf(failure.getMessage()).contains("did not end within"), failure::getMessage);
        network.postpone(stage.pod("c1"));
        network.close();
        open("1.0.0", "exit 1", ":");
        assertEquals(0, network.retryPostponed());
        assertFalse(hasLease());
    }
}
