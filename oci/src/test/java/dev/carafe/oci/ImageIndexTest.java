package dev.carafe.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageIndexTest {
    private static final String INDEX = """
            {"schemaVersion":2,"manifests":[%s,%s,%s,%s,%s]}""".formatted(
                    entry(1, "\"architecture\":\"amd64\",\"os\":\"linux\""),
                    entry(2, "\"architecture\":\"amd64\",\"os\":\"windows\",\"os.features\":[\"win32k\"]"),
                    entry(3, "\"architecture\":\"arm\",\"os\":\"linux\",\"variant\":\"v6\""),
                    entry(4, "\"architecture\":\"arm\",\"os\":\"linux\",\"variant\":\"v7\""),
                    entry(5, "\"architecture\":\"arm64\",\"os\":\"linux\""));

    private static String entry(int number, String platform) {
        return """
                {"mediaType":"%s","digest":"sha256:%064d","size":9,"platform":{%s}}""".formatted(MediaTypes.OCI_MANIFEST, number, platform);
    }

    @ParameterizedTest
    @CsvSource({
        "amd64, '', 1",
        "arm, v7, 4",
        "arm, v6, 3",
        "arm, '', 4",
        "arm64, v8, 5",
        "arm64, '', 5",
    })
    void choosesTheBestThatThePlatformCanRun(String architecture, String variant, int number) throws Exception {
        var chosen = parse(INDEX).choose(new Platform("linux", architecture, variant));
        assertEquals("%064d".formatted(number), chosen.digest().hex());
    }

    @ParameterizedTest
    @CsvSource({
        "v1, 1", "'', 1", "v2, 2", "v3, 3", "v4, 3",
    })
    void anAmd64GetsTheHighestLevelThatItHas(String variant, int number) throws Exception {
        var index = parse("{\"manifests\":["
                + String.join(
                        ",",
                        entry(3, "\"architecture\":\"amd64\",\"os\":\"linux\",\"variant\":\"v3\""),
                        entry(1, "\"architecture\":\"amd64\",\"os\":\"linux\""),
                        entry(2, "\"architecture\":\"amd64\",\"os\":\"linux\",\"variant\":\"v2\""),
                        entry(9, "\"architecture\":\"amd64\",\"os\":\"linux\",\"variant\":\"v1\""),
                        entry(8, "\"architecture\":\"amd64\",\"os\":\"linux\",\"variant\":\"zen\""))
                + "]}");
        assertEquals(number, number(index.choose(new Platform("linux", "amd64", variant))));
    }

    @Test
    void aVariantMayLackItsV() throws Exception {
        var index = parse(
                "{\"manifests\":[" + entry(1, "\"architecture\":\"arm64\",\"os\":\"linux\",\"variant\":\"8\"") + "]}");
        assertEquals(1, number(index.choose(new Platform("linux", "arm64", "v8"))));
    }

    @Test
    void anArmOfTheSeventhVersionFallsBackToTheSixth() throws Exception {
        var index = parse("{\"manifests\":["
                + entry(6, "\"architecture\":\"arm\",\"os\":\"linux\",\"variant\":\"v6\"") + ","
                + entry(8, "\"architecture\":\"arm\",\"os\":\"linux\",\"variant\":\"v8\"") + "]}");
        assertEquals(6, number(index.choose(new Platform("linux", "arm", "v7"))));
    }

    @Test
    void whatWantsFeaturesOfTheSystemIsForOthersAndNamedSo() throws Exception {
        var index = parse("{\"manifests\":["
                + entry(1, "\"architecture\":\"amd64\",\"os\":\"linux\",\"os.features\":[\"sse4\"]") + "]}");
        var refusal =
                assertThrows(InvalidImageException.class, () -> index.choose(new Platform("linux", "amd64", "v3")));
        assertTrue(refusal.getMessage().contains("it has linux/amd64 with [sse4]"), refusal.getMessage());
    }

    @Test
    void theFirstThatDoesNotSayWhatItIsForServesWhereNoneFits() throws Exception {
        var unsaid = "{\"mediaType\":\"%s\",\"digest\":\"sha256:%064d\",\"size\":9}";
        var index = parse("{\"manifests\":["
                + String.join(
                        ",",
                        entry(1, "\"architecture\":\"unknown\",\"os\":\"unknown\""),
                        unsaid.formatted("application/vnd.example.sbom", 2),
                        unsaid.formatted(MediaTypes.OCI_INDEX, 3),
                        unsaid.formatted(MediaTypes.OCI_MANIFEST, 4),
                        entry(5, "\"architecture\":\"arm64\",\"os\":\"linux\""))
                + "]}");
        assertEquals(3, number(index.choose(new Platform("linux", "amd64", ""))));
        assertEquals(5, number(index.choose(new Platform("linux", "arm64", ""))));
    }

    private static int number(Descriptor chosen) {
        return Integer.parseInt(chosen.digest().hex());
    }

    @Test
    void namesThePlatformsThereAre() throws Exception {
        var index = parse(INDEX);
        var refusal =
                assertThrows(InvalidImageException.class, () -> index.choose(new Platform("linux", "riscv64", "")));
        assertTrue(refusal.getMessage().contains("linux/riscv64; it has linux/amd64"), refusal.getMessage());
    }

    private static ImageIndex parse(String json) throws InvalidImageException {
        return ImageIndex.parse(json.getBytes(StandardCharsets.UTF_8));
    }
}
