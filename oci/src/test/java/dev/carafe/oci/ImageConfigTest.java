package dev.carafe.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageConfigTest {
    @Test
    void readsWhatAContainerGets() throws InvalidImageException {
        var config = parse("""
                {"architecture":"amd64","os":"linux",
                 "config":{"User":"1000:10","Env":["A=b"],"Entrypoint":["/e"],"Cmd":["c"],"WorkingDir":"/w",
                           "Volumes":{"/data":{}},"StopSignal":"SIGQUIT","Labels":{"l":"v"},"ExposedPorts":{"80/tcp":{}}},
                 "rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}""".formatted("b".repeat(64)));
        assertEquals("amd64", config.architecture());
        assertEquals(List.of(new Digest("sha256", "b".repeat(64))), config.diffIds());
        assertEquals("1000:10", config.config().user());
        assertEquals(List.of("/e"), config.config().entrypoint());
        assertEquals(Set.of("/data"), config.config().volumes());
        assertEquals("SIGQUIT", config.config().stopSignal());
    }

    @Test
    void mayLeaveOutEverythingButItsLayers() throws InvalidImageException {
        var config = parse("{\"rootfs\":{\"type\":\"layers\"},\"config\":{\"Cmd\":null}}");
        assertEquals(List.of(), config.diffIds());
        assertEquals(List.of(), config.config().cmd());
    }

    /// As Go's encoder writes `&`, `<` and `>`, and what else JSON lets one write.
    @Test
    void namesOfLabelsAndVolumesMayBeEscaped() throws InvalidImageException {
        var config = parse("""
                {"config":{"Volumes":{"/r\\u0026d":{"x":1},"/a\\\\u0026b":{},"/plain":{}},
                           "Labels":{"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\ud83d\\uDE00\\"":"all","é😀":"raw"}},
                 "rootfs":{}}""").config();
        assertEquals(Set.of("/r&d", "/a\\u0026b", "/plain"), config.volumes());
        assertEquals(Map.of("\"\\/\b\f\n\r\t\0😀\"", "all", "é😀", "raw"), config.labels());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u12g4", "\\u12", "\\u١234", "\\x", "\\0", "a\":\"1\",\"\\u0061"})
    void refusesNamesThatAreNoJson(String name) {
        assertThrows(
                InvalidImageException.class,
                () -> parse("{\"config\":{\"Labels\":{\"" + name + "\":\"v\"}},\"rootfs\":{}}"));
    }

    @Test
    void refusesWhatIsNoConfiguration() {
        assertThrows(InvalidImageException.class, () -> parse("{}"));
        assertThrows(InvalidImageException.class, () -> parse("{\"rootfs\":{\"diff_ids\":[\"../../etc\"]}}"));
        assertThrows(InvalidImageException.class, () -> parse("{\"rootfs\":{\"diff_ids\":[null]}}"));
        for (var odd : List.of("\"Env\":[null]", "\"Cmd\":[null]", "\"Labels\":{\"a\":null}")) {
            assertThrows(InvalidImageException.class, () -> parse("{\"config\":{" + odd + "},\"rootfs\":{}}"));
        }
    }

    private static ImageConfig parse(String json) throws InvalidImageException {
        return ImageConfig.parse(json.getBytes(StandardCharsets.UTF_8));
    }
}
