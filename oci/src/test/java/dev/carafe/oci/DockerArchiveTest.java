package dev.carafe.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DockerArchiveTest {
    private static DockerArchive parse(String json) throws InvalidImageException {
        return DockerArchive.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void namesEachImageWithItsMembers() throws InvalidImageException {
        var archive = parse("""
                [{"Config":"c.json","RepoTags":["a:1","b:2"],"Layers":["1/layer.tar","2/layer.tar"],"Parent":"x"},
                 {"Config":"d.json","RepoTags":null,"Layers":[]}]""");
        assertEquals(
                List.of(
                        new DockerArchive.Image("c.json", List.of("a:1", "b:2"), List.of("1/layer.tar", "2/layer.tar")),
                        new DockerArchive.Image("d.json", List.of(), List.of())),
                archive.images());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "null",
                "[null]",
                "[{}]",
                "[{\"Config\":1}]",
                "[{\"Config\":\"c\",\"Layers\":[null]}]",
                "[["
            })
    void whatIsNoSuchDocumentIsRefused(String json) {
        assertThrows(InvalidImageException.class, () -> parse(json));
    }

    @Test
    void anImageWithMoreLayersThanCanBeMountedIsRefused() {
        var layers = String.join(",", Collections.nCopies(501, "\"l\""));
        assertThrows(InvalidImageException.class, () -> parse("[{\"Config\":\"c\",\"Layers\":[" + layers + "]}]"));
    }
}
