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
