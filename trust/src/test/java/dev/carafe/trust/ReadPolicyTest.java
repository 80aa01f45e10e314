package dev.carafe.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Reference;
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

class ReadPolicyTest {
    private static final Path FILE = Path.of("/p.json");
    private static final int ROUNDS = 20_000;
    private static final String ALL_FORMS = """
            {"default": [{"type": "reject"}],
             "transports": {
              "docker": {
               "": [{"type": "insecureAcceptAnything"}],
               "*.example.com": [{"type": "insecureAcceptAnything"}],
               "docker.io/library/busybox:1": [
                {"type": "signedBy", "keyType": "GPGKeys", "keyPath": "/k", "signedIdentity": {"type": "matchExact"}},
                {"type": "signedBy", "keyType": "GPGKeys", "keyPaths": ["/k", "/l"],
                 "signedIdentity": {"type": "remapIdentity", "prefix": "docker.io/library", "signedPrefix": "a.b:1"}}],
               "quay.io": [
                {"type": "sigstoreSigned", "keyData": "aGFsbG8=", "signedIdentity": {"type": "matchRepository"}},
                {"type": "sigstoreSigned", "keyDatas": ["aGFsbG8="], "rekorPublicKeyPath": "/r",
                 "signedIdentity": {"type": "exactReference", "dockerReference": "a.b/c:1"}},
                {"type": "sigstoreSigned", "rekorPublicKeyDatas": ["aGFsbG8="],
                 "fulcio": {"caPath": "/ca", "oidcIssuer": "https://issuer", "subjectEmail": "a@b.c"},
                 "signedIdentity": {"type": "exactRepository", "dockerRepository": "a.b/c"}},
                {"type": "sigstoreSigned", "pki": {"caRootsPath": "/ca", "subjectHostname": "a.b"}}]},
              "oci": {"/images": [{"type": "insecureAcceptAnything"}]},
              "atomic": {"whatever": [{"type": "reject"}]}}}
            """;

    @TempDir
    Path folder;

    @Test
    void allFormsOfTheManualAreRead() throws PolicyException {
        var policy = parse(ALL_FORMS);
        assertEquals(List.of(new Requirement.Reject()), policy.standard());
        assertEquals(4, policy.transports().get("docker").get("quay.io").size());
        var signedBy = assertInstanceOf(
                Requirement.SignedBy.class,
                policy.transports()
                        .get("docker")
                        .get("docker.io/library/busybox:1")
                        .get(1));
        assertEquals(2, signedBy.keys().sources().size());
        assertEquals(new SignedIdentity.RemapIdentity("docker.io/library", "a.b:1"), signedBy.identity());
    }

    @Test
    void withoutASignedIdentityTheTagOrTheRepositoryOfADigestHasToMatch() throws PolicyException {
        var policy = parse("{\"default\":[{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyPath\":\"/k\"}]}");
        var signedBy =
                assertInstanceOf(Requirement.SignedBy.class, policy.standard().getFirst());
        assertInstanceOf(SignedIdentity.MatchRepoDigestOrExact.class, signedBy.identity());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            {}                                            | line 1: the field "default" is missing
            {"default":[]}                                | line 1, default: a list of requirements can't be empty
            {"default":[{"type":"rejekt"}]}               | default[0].type: the requirement "rejekt" is not known
            {"default":[{"type":"reject","a":1}]}         | default[0]: the field "a" is not known here
            {"default":[{"type":"reject"}],"tranports":{}} | line 1: the field "tranports" is not known here
            {"default":[{"type":"reject"}],"default":[]}  | the name "default" is there twice
            {"default":{"type":"reject"}}                 | default: an array is expected
            {"default":[{}]}                              | default[0]: the field "type" is missing
            [1]                                           | an object is expected
            """)
    void whatIsWrongIsNamedWithItsPlace(String json, String message) {
        assertRefused(json, message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            "keyType":"GPGKeys"                                        | exactly one of keyPath, keyPaths, keyData
            "keyType":"GPGKeys","keyPath":"/a","keyData":"YQ=="        | exactly one of keyPath, keyPaths, keyData
            "keyType":"GPGKeys","keyPath":"a"                          | keyPath: an absolute path is expected
            "keyType":"GPGKeys","keyPaths":[]                          | keyPaths: it can't be empty
            "keyType":"GPGKeys","keyData":"?"                          | keyData: base64 is expected
            "keyType":"X509Certificates","keyPath":"/a"                | only GPGKeys can be verified
            "keyPath":"/a"                                             | the field "keyType" is missing
            "keyType":"GPGKeys","keyPath":"/a","signedIdentity":{"type":"x"} | the identity "x" is not known
            "keyType":"GPGKeys","keyPath":"/a","signedIdentity":{"type":"exactReference","dockerReference":"a/b"} | a tag or a digest is missing
            "keyType":"GPGKeys","keyPath":"/a","signedIdentity":{"type":"remapIdentity","prefix":"a/","signedPrefix":"b"} | the beginning of a repository's name is expected
            """)
    void signedByNeedsItsKeysAndNothingElse(String fields, String message) {
        assertRefused("{\"default\":[{\"type\":\"signedBy\"," + fields + "}]}", message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            "keyPath":"/a","keyDatas":["YQ=="]                         | exactly one of keyPath, keyPaths, keyData, keyDatas
            "rekorPublicKeyPath":"/r"                                  | exactly one of keyPath, keyPaths, keyData, keyDatas
            "fulcio":{"caPath":"/a","oidcIssuer":"b","subjectEmail":"c"} | with fulcio a Rekor public key is needed
            "fulcio":{"caPath":"/a","oidcIssuer":"","subjectEmail":"c"},"rekorPublicKeyPath":"/r" | can't be empty
            "fulcio":{"caPath":"/a","oidcIssuer":"b"},"rekorPublicKeyPath":"/r" | the field "subjectEmail" is missing
            "pki":{"caRootsPath":"/a"}                                 | subjectEmail or subjectHostname is needed
            "pki":{"caRootsPath":"/a","subjectEmail":"b"},"rekorPublicKeyPath":"/r" | no Rekor public key can be checked
            "keyPath":"/a","rekorPublicKeyPath":"/r","rekorPublicKeyData":"YQ==" | at most one of rekorPublicKeyPath
            """)
    void sigstoreSignedNeedsOneRootOfTrust(String fields, String message) {
        assertRefused("{\"default\":[{\"type\":\"sigstoreSigned\"," + fields + "}]}", message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            oci            | images     | absolute path of a folder
            dir            | /          | absolute path of a folder
            dir            | /a/../b    | absolute path of a folder
            docker-archive | /a         | no scope but the empty one
            docker         | a*.b       | only stand at the beginning
            """)
    void aScopeThatCouldNeverMatchIsRefused(String transport, String scope, String message) {
        assertRefused(
                "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"" + transport + "\":{\"" + scope
                        + "\":[{\"type\":\"reject\"}]}}}",
                message);
    }

    @Test
    void aFileThatIsMissingOrTooLargeIsAnErrorThatNamesIt() throws IOException {
        var missing = folder.resolve("none.json");
        var e = assertThrows(PolicyException.class, () -> ReadPolicy.file(missing));
        assertTrue(e.getMessage().contains(missing + " can't be read: there is no such file"), e.getMessage());
        var large = Files.write(folder.resolve("large.json"), new byte[ReadPolicy.MAX_BYTES + 1]);
        assertTrue(assertThrows(PolicyException.class, () -> ReadPolicy.file(large))
                .getMessage()
                .contains("larger than"));
    }

    @Test
    void aDamagedPolicyIsRefusedOrStillAPolicy() {
        var random = new Random(11);
        var image = ImageIdentity.of(Reference.parse("quay.io/a/b:1"));
        var refused = 0;
        for (var round = 0; round < ROUNDS; round++) {
            var damaged = ALL_FORMS.getBytes(StandardCharsets.UTF_8);
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(32, 127);
            try {
                assertTrue(!ReadPolicy.parse(FILE, damaged)
                        .decide(image)
                        .requirements()
                        .isEmpty());
            } catch (PolicyException expected) {
                refused++;
            }
        }
        assertTrue(refused > ROUNDS / 4, "only few were refused");
    }

    private static void assertRefused(String json, String message) {
        var e = assertThrows(PolicyException.class, () -> parse(json));
        assertTrue(e.getMessage().startsWith("the signature policy /p.json is wrong: line 1"), e.getMessage());
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    private static Policy parse(String json) throws PolicyException {
        return ReadPolicy.parse(FILE, json.getBytes(StandardCharsets.UTF_8));
    }
}
