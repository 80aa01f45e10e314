package dev.carafe.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The status follows the folders.
@Timeout(60)
class NetworkStatusTest {
    private static final String ONE = "{\"cniVersion\":\"%s\",\"name\":\"%s\",\"plugins\":[{\"type\":\"p\"}]}";

    @TempDir
    private Path root;

    private final FakePlugins fake = new FakePlugins();
    private Stage stage;
    private CniNetwork network;

    @BeforeEach
    void open() {
        stage = new Stage(root);
        network = stage.open(fake);
    }

    @AfterEach
    void close() {
        network.close();
    }

    private void reopen(String defaultNetwork) {
        network.close();
        network =
                new CniNetwork(stage.config(defaultNetwork, NetworkConfig.Limits.USUAL), fake, new FakePacketFilter());
    }

    private String message() {
        return network.status() instanceof NetworkStatus.NotReady(var _, var message) ? message : "ready";
    }

    private void awaitReady(String name) {
        Stage.await(
                "network " + name + " is ready, now " + network.status(),
                () -> network.status() instanceof NetworkStatus.Ready(var ready, var _) && ready.equals(name));
    }

    private void awaitMessage(String part) {
        Stage.await(
                "the status says: " + part + ", now " + network.status(),
                () -> message().contains(part));
    }

    private void remove(String file) throws IOException {
        Files.delete(stage.networks().resolve(file));
    }

    @Test
    void anEmptyOrMissingFolderIsNotReadyForTheKubeletsReason() {
        var status = network.status();
        assertEquals(
                new NetworkStatus.NotReady(
                        "NetworkPluginNotReady",
                        "no CNI configuration file in " + stage.networks() + ". Has your network provider started?"),
                status);
    }

    @Test
    void theFirstStatusKnowsTheConfiguration() throws Exception {
        stage.pluginFiles("p").network("10-a.conflist", ONE.formatted("1.0.0", "a"));
        reopen("");
        assertEquals(new NetworkStatus.Ready("a", List.of()), network.status());
    }

    @Test
    void aFolderThatComesLaterIsPickedUpAndItsLossNoticed() throws Exception {
        stage.pluginFiles("p");
        awaitMessage("no CNI configuration file");
        stage.network("10-a.conflist", ONE.formatted("1.0.0", "a"));
        awaitReady("a");
        Files.move(root.resolve("etc"), root.resolve("gone"));
        awaitMessage("no CNI configuration file");
        Files.move(root.resolve("gone"), root.resolve("etc"));
        awaitReady("a");
        stage.network("05-b.conflist", ONE.formatted("1.0.0", "b"));
        awaitReady("b");
    }

    @Test
    void aFolderThatIsReplacedIsReadAnew() throws Exception {
        stage.pluginFiles("p").network("10-a.conflist", ONE.formatted("1.0.0", "a"));
        awaitReady("a");
        var other = Files.createDirectories(root.resolve("other"));
        Files.writeString(other.resolve("10-b.conflist"), ONE.formatted("1.0.0", "b"));
        Files.move(stage.networks(), root.resolve("old"));
        Files.move(other, stage.networks(), StandardCopyOption.ATOMIC_MOVE);
        awaitReady("b");
        stage.network("05-c.conflist", ONE.formatted("1.0.0", "c"));
        awaitReady("c");
    }

    @Test
    void aFolderBehindALinkIsFollowed() throws Exception {
        stage.pluginFiles("p");
        var real = Files.createDirectories(root.resolve("real"));
        Files.createDirectories(stage.networks().getParent());
        Files.createSymbolicLink(stage.networks(), real);
        Stage.await("the link is seen", () -> message().contains("no CNI"));
        Files.writeString(real.resolve("10-a.conflist"), ONE.formatted("1.0.0", "a"));
        awaitReady("a");
        Files.writeString(real.resolve("10-a.conflist"), ONE.formatted("1.0.0", "b"));
        awaitReady("b");
    }

    @Test
    void theFirstByNameIsTaken() throws Exception {
        stage.pluginFiles("p").network("20-b.conflist", ONE.formatted("1.0.0", "b"));
        awaitReady("b");
        stage.network("10-a.conf", "{\"cniVersion\":\"0.4.0\",\"name\":\"a\",\"type\":\"p\"}");
        awaitReady("a");
        remove("10-a.conf");
        awaitReady("b");
        remove("20-b.conflist");
        awaitMessage("no CNI configuration file");
    }

    @Test
    void aFileWrittenInPlaceIsReadWhenItIsComplete() throws Exception {
        stage.pluginFiles("p").network("10-a.conflist", ONE.formatted("1.0.0", "a"));
        awaitReady("a");
        Files.writeString(stage.networks().resolve("10-a.conflist"), ONE.formatted("1.0.0", "b"));
        awaitReady("b");
    }

    @Test
    void aBrokenFileIsNamedAndTheNextIsTaken() throws Exception {
        stage.pluginFiles("p").network("10-a.conflist", "{\"name\":");
        awaitMessage("Passed over: 10-a.conflist: line 1, column 9: expected a value, found the end");
        stage.network("20-b.conflist", ONE.formatted("1.0.0", "b"));
        awaitReady("b");
        var ready = (NetworkStatus.Ready) network.status();
        assertTrue(ready.problems().getFirst().startsWith("10-a.conflist: "), ready::toString);
    }

    @Test
    void aNetworkWaitsForItsPlugins() throws Exception {
        stage.network("10-a.conflist", ONE.formatted("1.0.0", "a"));
        awaitMessage("10-a.conflist: plugin p, VERSION: there is no such plugin in " + stage.plugins());
        stage.pluginFiles("p");
        awaitReady("a");
        Files.delete(stage.plugins().resolve("p"));
        awaitMessage("there is no such plugin");
    }

    @Test
    void aPluginThatIsReplacedIsAskedAgain() throws Exception {
        fake.on("VERSION", "p", _ -> FakePlugins.versions("0.3.1", "0.4.0"));
        stage.pluginFiles("p").network("10-a.conflist", ONE.formatted("1.0.0", "a"));
        awaitMessage("10-a.conflist: plugin p speaks CNI [0.3.1, 0.4.0], the configuration [1.0.0]");
        fake.restore("VERSION", "p");
        stage.plugin("p", "newer");
        awaitReady("a");
    }

    @Test
    void ofSeveralVersionsTheNewestThatAllPluginsSpeakIsTaken() throws Exception {
        fake.on("VERSION", "q", _ -> FakePlugins.versions("0.3.1", "0.4.0"));
        stage.pluginFiles("p", "q").network("10-a.conflist", """
                {"cniVersions":["0.3.1","0.4.0","1.0.0","1.1.0"],"name":"a","plugins":[{"type":"p"},{"type":"q"}]}""");
        awaitReady("a");
        fake.on("ADD", "p", _ -> FakePlugins.printing("{\"cniVersion\":\"0.4.0\"}"));
        network.attach(stage.pod("c1"));
        assertEquals("0.4.0", fake.last("ADD p").request().text("cniVersion"));
    }

    @Test
    void onlyTheNamedNetworkIsTaken() throws Exception {
        stage.pluginFiles("p").network("10-a.conflist", ONE.formatted("1.0.0", "a"));
        reopen("b");
        awaitMessage("no CNI configuration of network b in " + stage.networks());
        stage.network("20-b.conflist", ONE.formatted("1.0.0", "b"));
        awaitReady("b");
        stage.network("05-b.conflist", ONE.formatted("0.4.0", "b"));
        fake.on("ADD", "p", _ -> FakePlugins.printing("{}"));
        Stage.await("the first of that name is taken", () -> {
            try {
                network.attach(stage.pod("c1"));
                return fake.last("ADD p").request().text("cniVersion").equals("0.4.0");
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void aPluginOfTheNetworksFolderIsAddedWhenItComes() throws Exception {
        stage.pluginFiles("p", "q").network("10-a.conflist", ONE.formatted("1.1.0", "a"));
        awaitReady("a");
        var folder = Files.createDirectories(stage.networks().resolve("a"));
        Files.writeString(folder.resolve("10-q.conf"), "{\"type\":\"q\"}");
        fake.on("ADD", "p", _ -> FakePlugins.printing("{}"));
        Stage.await("both plugins are added", () -> {
            try {
                network.attach(stage.pod("c1"));
                return fake.names().contains("ADD q");
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }
}
