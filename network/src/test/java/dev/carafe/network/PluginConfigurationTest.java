package dev.carafe.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class PluginConfigurationTest {
    private static final JsonObject ARGUMENTS = JsonObject.EMPTY
            .with("portMappings", new Json.Array(List.of(new PortMapping("tcp", 80, 8080, "").toJson())))
            .with("mac", "c2:11:22:33:44:55");

    private static String request(String plugin, JsonObject previous) throws Exception {
        var list = "{\"cniVersion\":\"1.0.0\",\"name\":\"net\",\"plugins\":[" + plugin + "]}";
        var network = NetworkList.parse((JsonObject) JsonParser.parse(list), "");
        return network.plugins()
                .getFirst()
                .request(network, previous, ARGUMENTS)
                .toJson();
    }

    @Test
    void whatIsThePluginsOwnPassesUnchanged() throws Exception {
        assertEquals(
                "{\"type\":\"p\",\"vlan\":1,\"ratio\":1.0,\"id\":18446744073709551616,\"e\":1e3,\"x\":{\"y\":[null]},"
                        + "\"cniVersion\":\"1.0.0\",\"name\":\"net\"}",
                request(
                        "{\"type\":\"p\",\"vlan\":1,\"ratio\":1.0,\"id\":18446744073709551616,\"e\":1e3,\"x\":{\"y\":[null]}}",
                        JsonObject.EMPTY));
    }

    @Test
    void nameAndVersionAreTheNetworks() throws Exception {
        assertEquals(
                "{\"cniVersion\":\"1.0.0\",\"name\":\"net\",\"type\":\"p\"}",
                request("{\"cniVersion\":\"0.3.1\",\"name\":\"other\",\"type\":\"p\"}", JsonObject.EMPTY));
    }

    @Test
    void capabilitiesBecomeTheArgumentsThatAreAskedFor() throws Exception {
        assertEquals(
                "{\"type\":\"p\",\"cniVersion\":\"1.0.0\",\"name\":\"net\",\"runtimeConfig\":"
                        + "{\"portMappings\":[{\"hostPort\":8080,\"containerPort\":80,\"protocol\":\"tcp\"}]}}",
                request(
                        "{\"type\":\"p\",\"capabilities\":{\"portMappings\":true,\"mac\":false,\"bandwidth\":true}}",
                        JsonObject.EMPTY));
    }

    @Test
    void thePreviousResultComesLastAndReservedKeysDoNotPass() throws Exception {
        assertEquals(
                "{\"type\":\"p\",\"cniVersion\":\"1.0.0\",\"name\":\"net\",\"prevResult\":{\"cniVersion\":\"1.0.0\"}}",
                request("{\"type\":\"p\",\"cni.dev/attachments\":[]}", JsonObject.EMPTY.with("cniVersion", "1.0.0")));
    }
}
