package dev.carafe.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CniResultTest {
    private static final String LISTED = """
            {"cniVersion":"%s","interfaces":[{"name":"cni0"},{"name":"veth1"},{"name":"eth0","sandbox":"/ns"}],
             "ips":[{"version":"4","address":"10.1.0.5/16","gateway":"10.1.0.1","interface":2},
                    {"version":"6","address":"fd00::5/64","interface":2}],
             "routes":[{"dst":"0.0.0.0/0"}],"dns":{"nameservers":["10.1.0.1"]}}""";

    private static CniResult parse(String json) throws JsonException {
        return CniResult.parse(json.getBytes(StandardCharsets.UTF_8), SpecVersion.V1_0_0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"})
    void addressesAreReadInTheirOrder(String version) throws Exception {
        assertEquals(
                List.of("10.1.0.5", "fd00::5"), parse(LISTED.formatted(version)).addresses());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.1.0", "0.2.0"})
    void theOldestVersionsHaveOneAddressOfEachFamily(String version) throws Exception {
        var result = parse("""
                {"cniVersion":"%s","ip4":{"ip":"10.1.0.5/16","gateway":"10.1.0.1"},"ip6":{"ip":"fd00::5/64"}}""".formatted(version));
        assertEquals(List.of("10.1.0.5", "fd00::5"), result.addresses());
    }

    @Test
    void aResultWithoutVersionHasThatOfTheRequest() throws Exception {
        var result = parse("{\"ips\":[{\"address\":\"10.1.0.5/16\"}]}");
        assertEquals("1.0.0", result.json().text("cniVersion"));
        assertEquals(List.of("10.1.0.5"), result.addresses());
        assertEquals("{\"cniVersion\":\"1.0.0\"}", parse("null").json().toJson());
    }

    @Test
    void whatThePluginSaidBesidesIsKept() throws Exception {
        var json = "{\"cniVersion\":\"1.1.0\",\"ips\":[],\"vendor\":{\"id\":1.0,\"n\":9007199254740993}}";
        assertEquals(json, parse(json).json().toJson());
    }

    @Test
    void addressesOfOtherInterfacesAreNotThePods() throws Exception {
        var result = parse("""
                {"cniVersion":"1.0.0",
                 "interfaces":[{"name":"cni0"},{"name":"eth0"},{"name":"eth0","sandbox":"/ns"},{"name":"net1","sandbox":"/ns"}],
                 "ips":[{"address":"10.1.0.1/16","interface":0},{"address":"192.0.2.1/24","interface":1},
                        {"address":"10.1.0.5/16","interface":2},{"address":"10.2.0.5/16","interface":3}]}""");
        assertEquals(List.of("10.1.0.5"), result.addresses());
    }

    @Test
    void aPluginThatTellsNoSandboxIsBelievedByTheName() throws Exception {
        var result = parse("""
                {"cniVersion":"1.0.0","interfaces":[{"name":"eth0"}],"ips":[{"address":"10.1.0.5/16","interface":0}]}""");
        assertEquals(List.of("10.1.0.5"), result.addresses());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "3",
                "\"x\"",
                "{",
                "{\"cniVersion\":\"9.0.0\"}",
                "{\"cniVersion\":7}",
                "{\"ips\":{}}",
                "{\"ips\":[1]}",
                "{\"ips\":[{}]}",
                "{\"ips\":[{\"address\":\"10.1.0.5\"}]}",
                "{\"ips\":[{\"address\":\"10.1.0.5/33\"}]}",
                "{\"ips\":[{\"address\":\"10.1.5/16\"}]}",
                "{\"ips\":[{\"address\":\"010.1.0.5/16\"}]}",
                "{\"ips\":[{\"address\":\"10.1.0.256/16\"}]}",
                "{\"ips\":[{\"address\":\"localhost/8\"}]}",
                "{\"ips\":[{\"address\":\"fe80::1%eth0/64\"}]}",
                "{\"ips\":[{\"address\":\"[::1]/64\"}]}",
                "{\"ips\":[{\"address\":\":/64\"}]}",
                "{\"ips\":[{\"address\":\"::1/129\"}]}",
                "{\"ips\":[{\"address\":\"::1/x\"}]}",
                "{\"ips\":[{\"address\":\"::1/-1\"}]}",
                "{\"ips\":[{\"address\":\"::1/99999999999\"}]}",
                "{\"ips\":[{\"address\":\"::1/64\",\"interface\":0}]}",
                "{\"interfaces\":[{\"name\":\"eth0\"}],\"ips\":[{\"address\":\"::1/64\",\"interface\":-1}]}",
                "{\"interfaces\":[{\"name\":\"eth0\"}],\"ips\":[{\"address\":\"::1/64\",\"interface\":1}]}",
                "{\"interfaces\":[4],\"ips\":[]}",
                "{\"interfaces\":\"eth0\"}",
                "{\"cniVersion\":\"0.2.0\",\"ip4\":[]}",
                "{\"cniVersion\":\"0.2.0\",\"ip4\":{\"ip\":\"x\"}}"
            })
    void whatIsNoResultIsRefused(String json) {
        assertThrows(JsonException.class, () -> parse(json));
    }

    @Test
    void damagedResultsAreReadOrRefusedAndNothingElse() {
        var random = new Random(20_260_102);
        var whole = LISTED.formatted("1.0.0").getBytes(StandardCharsets.UTF_8);
        for (var round = 0; round < 20_000; round++) {
            var bytes = whole.clone();
            for (var change = random.nextInt(3); change >= 0; change--) {
                var copied = whole[random.nextInt(whole.length)];
                bytes[random.nextInt(bytes.length)] = random.nextBoolean() ? copied : (byte) random.nextInt(256);
            }
            try {
                for (var address : CniResult.parse(bytes, SpecVersion.V1_0_0).addresses()) {
                    IpAddress.check(address);
                }
            } catch (JsonException refused) {
                assertFalse(refused.getMessage().isEmpty());
            }
        }
    }
}
