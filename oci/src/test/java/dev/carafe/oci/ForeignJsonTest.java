package dev.carafe.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ForeignJsonTest {
    private static final String SPEC = """
            {"ociVersion":"1.0.2","process":{"terminal":true,"consoleSize":{"height":3,"width":4},
             "user":{"uid":1,"gid":2,"additionalGids":[5]},"args":["a"],"env":["A=b"],"cwd":"/w","oomScoreAdj":-5},
             "root":{"path":"/r","readonly":true},"mounts":[{"destination":"/proc","options":["nosuid"]}],
             "annotations":{"a":"b"},"linux":{"sysctl":{"net.a":"1"},
              "resources":{"devices":[{"allow":false,"access":"rwm"}],"memory":{"limit":5}},
              "seccomp":{"defaultAction":"A","syscalls":[{"names":["x"],"action":"B","args":[{"index":0,"value":1,
              "valueTwo":0,"op":"C"}]}]}}}""";

    @Test
    void aDamagedSpecIsReadOrRefused() throws Exception {
        Damage.of(SPEC, text -> {
            try {
                assertFalse(RuntimeSpec.parse(text).toJson().isEmpty());
            } catch (BadJsonException refused) {
                assertFalse(refused.getMessage().isBlank(), text);
            }
        });
    }

    @Test
    void aDamagedArchivesListIsReadOrRefused() throws Exception {
        Damage.of("[{\"Config\":\"c.json\",\"RepoTags\":[\"a:b\"],\"Layers\":[\"l/layer.tar\"]}]", text -> {
            try {
                DockerArchive.parse(text.getBytes(StandardCharsets.UTF_8));
            } catch (InvalidImageException refused) {
                assertTrue(refused.getMessage().startsWith("manifest.json"), text);
            }
        });
    }

    @Test
    void aSpecWithoutItsPartsIsRefused() {
        var refused = assertThrows(BadJsonException.class, () -> RuntimeSpec.parse("{\"ociVersion\":\"1.0.2\"}"));
        assertEquals("process", refused.getMessage());
    }

    @Test
    void whatFollowsTheDocumentIsRefused() {
        for (var text : new String[] {"{}x", "{} {}", "[]\0", "{\"a\":\"}\"}]"}) {
            assertThrows(BadJsonException.class, () -> ForeignJson.read(text, String::length), text);
        }
    }

    @Test
    void spaceAroundTheDocumentIsNot() throws Exception {
        assertEquals(8, ForeignJson.read(" {\"}\\\"\":1}\r\n\t".strip(), String::length) - 1);
        assertEquals(6, ForeignJson.read(" {}\r\n\t", String::length));
    }

    @Test
    void deepNestingIsRefusedBeforeItIsParsed() {
        var refused = assertThrows(
                BadJsonException.class,
                () -> ForeignJson.read("[".repeat(100_000), text -> {
                    throw new AssertionError("parsed");
                }));
        assertEquals("nested more than 64 levels deep", refused.getMessage());
    }

    @Test
    void messagesAreOneShortLine() {
        var refused = assertThrows(
                BadJsonException.class,
                () -> ForeignJson.read("{}", text -> {
                    throw new IllegalStateException("a\nb" + "x".repeat(10_000));
                }));
        assertEquals("a?b" + "x".repeat(197) + "…", refused.getMessage());
    }
}
