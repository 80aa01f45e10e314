package dev.carafe.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationFolderTest {
    @TempDir
    private Path folder;

    private void write(String name, String json) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, json);
    }

    private ConfigurationFolder.Contents read() {
        return new ConfigurationFolder(folder).read();
    }

    private NetworkList readOne() {
        var contents = read();
        assertEquals(List.of(), contents.problems());
        assertEquals(1, contents.networks().size());
        return contents.networks().getFirst().network();
    }

    private static List<String> types(NetworkList network) {
        return network.plugins().stream().map(PluginConfiguration::type).toList();
    }

    @Test
    void filesOfAllThreeKindsComeByName() throws Exception {
        var list = "{\"cniVersion\":\"1.0.0\",\"name\":\"%s\",\"plugins\":[{\"type\":\"p\"}]}";
        var plugin = "{\"cniVersion\":\"1.0.0\",\"name\":\"%s\",\"type\":\"p\"}";
        write("30-c.conflist", list.formatted("c"));
        write("10-a.json", plugin.formatted("a"));
        write("20-b.conf", plugin.formatted("b"));
        write("05-no.yaml", list.formatted("no"));
        write("05-no.conflist.bak", list.formatted("no"));
        Files.createDirectory(folder.resolve("00-folder.conflist"));
        assertEquals(
                List.of("10-a.json", "20-b.conf", "30-c.conflist"),
                read().networks().stream().map(ConfigurationFolder.Found::file).toList());
    }

    @Test
    void aFolderThatIsNotThereHoldsNothing() {
        var contents = new ConfigurationFolder(folder.resolve("none")).read();
        assertEquals(List.of(), contents.networks());
        assertEquals(List.of(), contents.problems());
    }

    @Test
    void onePluginStandsForAListOfOne() throws Exception {
        write("10-a.conf", "{\"cniVersion\":\"0.3.1\",\"name\":\"old\",\"type\":\"bridge\",\"mtu\":1.0}");
        var network = readOne();
        assertEquals("old", network.name());
        assertEquals(SpecVersion.V0_3_1, network.version());
        assertEquals(List.of("bridge"), types(network));
        assertEquals(
                "{\"cniVersion\":\"0.3.1\",\"name\":\"old\",\"plugins\":["
                        + "{\"cniVersion\":\"0.3.1\",\"name\":\"old\",\"type\":\"bridge\",\"mtu\":1.0}]}",
                network.effective().toJson());
    }

    @Test
    void aNetworkWithoutNameIsCalledLikeItsFile() throws Exception {
        write("10-a.conflist", "{\"cniVersion\":\"1.0.0\",\"plugins\":[{\"type\":\"p\"}]}");
        assertEquals("10-a.conflist", readOne().name());
    }

    @Test
    void pluginsMayStandInAFolderOfTheNetworksName() throws Exception {
        write("10-a.conflist", "{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"plugins\":[{\"type\":\"inline\"}]}");
        write("net/20-b.conf", "{\"type\":\"second\"}");
        write("net/10-a.conf", "{\"type\":\"first\"}");
        write("net/05-x.json", "{\"type\":\"no\"}");
        var network = readOne();
        assertEquals(List.of("inline", "first", "second"), types(network));
        // A DEL has them without the folder.
        assertEquals(List.of("inline", "first", "second"), types(NetworkList.parse(network.effective(), "")));
    }

    @Test
    void onlyInlinedPluginsAreTakenWhereThatIsSaid() throws Exception {
        write(
                "10-a.conflist",
                "{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"loadOnlyInlinedPlugins\":true,\"plugins\":[{\"type\":\"p\"}]}");
        write("net/10-a.conf", "{\"type\":\"first\"}");
        assertEquals(List.of("p"), types(readOne()));
    }

    @ParameterizedTest
    @CsvSource({
        "'', 0.1.0",
        "'\"cniVersion\":\"0.4.0\",', 0.4.0",
        "'\"cniVersion\":\"0.4.0\",\"cniVersions\":[\"0.3.1\",\"1.0.0\"],', 1.0.0",
        "'\"cniVersion\":\"1.1.0\",\"cniVersions\":[\"0.3.1\"],', 1.1.0",
        "'\"cniVersions\":[\"0.3.1\",\"0.4.0\"],', 0.4.0",
        "'\"cniVersion\":\"0.4.0\",\"cniVersions\":[\"2.0.0\"],', 0.4.0"
    })
    void theNewestVersionThatIsKnownCounts(String member, String version) throws Exception {
        write("10-a.conflist", "{" + member + "\"name\":\"net\",\"plugins\":[{\"type\":\"p\"}]}");
        assertEquals(version, readOne().version().toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"cniVersion\":\"1.0.0\"                                    | line 1, column 22",
                "[]                                                          | not a JSON object",
                "{\"name\":\"n\"}                                            | no plugins",
                "{\"name\":\"n\",\"plugins\":[]}                             | \"plugins\" is empty",
                "{\"name\":\"n\",\"plugins\":{}}                             | \"plugins\" is not a list",
                "{\"name\":\"n\",\"plugins\":[1]}                            | not an object",
                "{\"name\":\"n\",\"plugins\":[{}]}                           | no \"type\"",
                "{\"name\":\"n\",\"plugins\":[{\"type\":\"../x\"}]}          | not the name of a plugin",
                "{\"name\":\"n\",\"plugins\":[{\"type\":\"/bin/sh\"}]}       | not the name of a plugin",
                "{\"name\":\"n\",\"plugins\":[{\"type\":\"..\"}]}            | not the name of a plugin",
                "{\"name\":\"../n\",\"plugins\":[{\"type\":\"p\"}]}          | not the name of a network",
                "{\"name\":7,\"plugins\":[{\"type\":\"p\"}]}                 | \"name\" is not a string",
                "{\"name\":\"n\",\"cniVersion\":\"7.0.0\",\"plugins\":[{\"type\":\"p\"}]} | needs CNI version 7.0.0",
                "{\"name\":\"n\",\"cniVersions\":[1],\"plugins\":[{\"type\":\"p\"}]}    | list of strings",
                "{\"name\":\"n\",\"plugins\":[{\"type\":\"p\",\"capabilities\":[]}]}    | \"capabilities\" is not an object"
            })
    void aBrokenFileIsNamedAndTheOthersAreRead(String json, String why) throws Exception {
        write("10-broken.conflist", json);
        write("20-good.conflist", "{\"cniVersion\":\"1.0.0\",\"name\":\"good\",\"plugins\":[{\"type\":\"p\"}]}");
        var contents = read();
        assertEquals(
                List.of("20-good.conflist"),
                contents.networks().stream()
                        .map(ConfigurationFolder.Found::file)
                        .toList());
        var problem = contents.problems().getFirst();
        assertEquals(1, contents.problems().size());
        assertTrue(problem.startsWith("10-broken.conflist: "), problem);
        assertTrue(problem.contains(why), problem);
    }

    @Test
    void aListInAFileForOnePluginIsToldWhatIsWrong() throws Exception {
        write("10-a.conf", "{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"plugins\":[{\"type\":\"p\"}]}");
        assertTrue(
                read().problems().getFirst().contains(".conflist"),
                () -> read().problems().toString());
    }

    @Test
    void aFileInTheNetworksFolderIsNamedToo() throws Exception {
        write("10-a.conflist", "{\"cniVersion\":\"1.1.0\",\"name\":\"net\"}");
        write("net/10-a.conf", "{\"type\":");
        var problem = read().problems().getFirst();
        assertTrue(problem.startsWith("10-a.conflist: in net/10-a.conf: "), problem);
    }

    @Test
    void hugeFilesAreRefused() throws Exception {
        write("10-a.conflist", "{\"a\":\"" + "x".repeat(2 << 20) + "\"}");
        assertTrue(
                read().problems().getFirst().contains("larger than"),
                () -> read().problems().toString());
    }

    @Test
    void moreFilesThanAnyoneNeedsAreRefused() throws Exception {
        for (var i = 0; i < 201; i++) {
            write(i + ".conf", "{}");
        }
        assertTrue(
                read().problems().getFirst().contains("more than 200"),
                () -> read().problems().toString());
    }

    @Test
    void damagedConfigurationsAreReadOrRefusedAndNothingElse() throws Exception {
        var random = new Random(20_260_103);
        var whole = Stage.CHAIN.getBytes(StandardCharsets.UTF_8);
        for (var round = 0; round < 5_000; round++) {
            var bytes = whole.clone();
            for (var change = random.nextInt(3); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = whole[random.nextInt(whole.length)];
            }
            try {
                var network = NetworkList.parse(JsonParser.parseObject(bytes), "10-a.conflist");
                assertEquals(types(network), types(NetworkList.parse(network.effective(), "")));
            } catch (JsonException refused) {
                assertFalse(refused.getMessage().isEmpty());
            }
        }
    }
}
