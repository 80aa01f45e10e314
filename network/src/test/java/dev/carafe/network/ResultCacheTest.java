package dev.carafe.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultCacheTest {
    @TempDir
    private Path root;

    private ResultCache cache;
    private NetworkList network;
    private Attachment pod;
    private Path file;

    @BeforeEach
    void open() throws Exception {
        var stage = new Stage(root);
        cache = new ResultCache(stage.cache());
        network = NetworkList.parse((JsonObject) JsonParser.parse(Stage.CHAIN), "");
        pod = stage.pod("c1", new PortMapping("tcp", 80, 8080, "127.0.0.1"));
        file = stage.cache().resolve("results/pods-c1-eth0");
    }

    private static JsonObject result() throws JsonException {
        return (JsonObject) JsonParser.parse(FakePlugins.RESULT);
    }

    private void write(String json) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, json);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private void complete(Attachment attachment) throws Exception {
        cache.put(
                attachment, new CachedAttachment(network, attachment.arguments().toJson(), result()));
    }

    @Test
    void anEntryStandsWhereLibcniLooksForItAndInItsForm() throws Exception {
        complete(pod);
        var config = base64(network.effective().toJson());
        assertEquals(
                "{\"kind\":\"cniCacheV1\",\"containerId\":\"c1\",\"config\":\"" + config
                        + "\",\"ifName\":\"eth0\",\"networkName\":\"pods\",\"netns\":\"" + root.resolve("ns")
                        + "\",\"cniArgs\":[[\"IgnoreUnknown\",\"1\"],[\"K8S_POD_NAMESPACE\",\"default\"],"
                        + "[\"K8S_POD_NAME\",\"web\"],[\"K8S_POD_INFRA_CONTAINER_ID\",\"c1\"],[\"K8S_POD_UID\",\"u-1\"]],"
                        + "\"capabilityArgs\":{\"portMappings\":[{\"hostPort\":8080,\"containerPort\":80,"
                        + "\"protocol\":\"tcp\",\"hostIP\":\"127.0.0.1\"}]},\"result\":" + result().toJson() + "}",
                Files.readString(file));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
    }

    @Test
    void whatWasBegunHasNoResultYet() throws Exception {
        cache.put(pod, new CachedAttachment(network, pod.arguments().toJson(), JsonObject.EMPTY));
        var found = cache.find(pod).orElseThrow();
        assertEquals(network.effective(), found.network().effective());
        assertTrue(found.result().isEmpty());
        complete(pod);
        assertEquals(result(), cache.find(pod).orElseThrow().result());
    }

    @Test
    void onlyTheContainersOwnEntryIsFoundAndRemoved() throws Exception {
        var other = new Stage(root).pod("xc1");
        var longer = new Stage(root).pod("c1-eth0-c1");
        complete(other);
        complete(longer);
        assertEquals(Optional.empty(), cache.find(pod));
        complete(pod);
        assertTrue(cache.find(pod).isPresent());
        cache.remove(pod);
        cache.remove(pod);
        assertEquals(Optional.empty(), cache.find(pod));
        assertTrue(cache.find(other).isPresent());
        assertTrue(cache.find(longer).isPresent());
        cache.remove(other);
        cache.remove(longer);
        try (var left = Files.list(file.getParent())) {
            assertEquals(0, left.count());
        }
        try (var left = Files.list(root.resolve("cni"))) {
            assertEquals(1, left.count(), "the folder of results");
        }
    }

    @Test
    void anEntryOfAnotherRuntimeWithOnePluginIsUnderstood() throws Exception {
        var config = base64("{\"cniVersion\":\"0.4.0\",\"type\":\"bridge\"}");
        write("{\"kind\":\"cniCacheV1\",\"containerId\":\"c1\",\"config\":\"" + config
                + "\",\"ifName\":\"eth0\",\"networkName\":\"pods\",\"result\":{\"cniVersion\":\"0.4.0\"}}");
        var found = cache.find(pod).orElseThrow();
        assertEquals("pods", found.network().name());
        assertEquals("bridge", found.network().plugins().getFirst().type());
    }

    @Test
    void ofSeveralVersionsThatOfTheResultIsSpoken() throws Exception {
        var config = base64(
                "{\"cniVersions\":[\"0.3.1\",\"0.4.0\",\"1.0.0\"],\"name\":\"pods\",\"plugins\":[{\"type\":\"p\"}]}");
        write("{\"kind\":\"cniCacheV1\",\"containerId\":\"c1\",\"config\":\"" + config
                + "\",\"networkName\":\"pods\",\"result\":{\"cniVersion\":\"0.4.0\"}}");
        assertEquals(SpecVersion.V0_4_0, cache.find(pod).orElseThrow().network().version());
    }

    @Test
    void damagedEntriesAreNoneAndCanBeRemoved() throws Exception {
        var whole = "{\"kind\":\"cniCacheV1\",\"containerId\":\"c1\",\"config\":\"%s\",\"networkName\":\"pods\"}";
        for (var damaged : new String[] {
            "",
            "{",
            "[]",
            "{}",
            "{\"kind\":\"x\",\"containerId\":\"c1\"}",
            whole.formatted("???"),
            whole.formatted(base64("{")),
            whole.formatted(base64("{}")).replace("c1", "c2"),
            whole.formatted(base64("{\"plugins\":7}"))
        }) {
            write(damaged);
            assertEquals(Optional.empty(), cache.find(pod), damaged);
        }
        var halfWritten = Files.createFile(root.resolve("cni/.carafe-c1-eth0"));
        cache.remove(pod);
        assertTrue(Files.notExists(file));
        assertTrue(Files.notExists(halfWritten));
    }
}
