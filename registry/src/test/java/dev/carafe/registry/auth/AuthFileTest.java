package dev.carafe.registry.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Reference;
import dev.carafe.registry.Credentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthFileTest {
    private final FakePrograms programs = new FakePrograms();

    @TempDir
    private Path folder;

    private Credentials find(String json, String place) throws IOException, InterruptedException {
        var file = Files.writeString(folder.resolve("auth.json"), json);
        return AuthFile.read(file).orElseThrow().find(Reference.parse(place), new HelperPrograms(programs));
    }

    private static String entry(String user) {
        return "{\"auth\":\"" + base64(user + ":pa:ss") + "\"}";
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "a.example/team/app/x, app",
        "a.example/team/app, app",
        "a.example/team/apple, team",
        "a.example/team/other/x, team",
        "a.example/teams/x, host",
        "a.example:5000/x, port",
        "b.example/x, url",
        "nginx, hub",
        "docker.io/team/x, hub",
    })
    void theMostSpecificKeyCounts(String place, String user) throws Exception {
        var json = "{\"auths\":{\"a.example\":" + entry("host") + ",\"a.example/team\":" + entry("team")
                + ",\"a.example/team/app\":" + entry("app") + ",\"a.example:5000\":" + entry("port")
                + ",\"https:\\/\\/b.example\\/v1\\/\":" + entry("url") + ",\"https://index.docker.io/v1/\":"
                + entry("hub")
                + "},\"HttpHeaders\":{\"User-Agent\":\"docker\"}}";
        assertEquals(new Credentials(user, "pa:ss", "", ""), find(json, place));
    }

    @Test
    void whoIsNotInItHasNone() throws Exception {
        for (var json : new String[] {
            "{}",
            "{\"auths\":null}",
            "{\"auths\":{\"b.example\":" + entry("b") + "}}",
            "{\"auths\":{\"a.example\":{}}}",
            "{\"auths\":{\"a.example\":null}}",
            "{\"credHelpers\":{\"a.example\":null}}"
        }) {
            assertEquals(Credentials.none(), find(json, "a.example/x"));
        }
        assertEquals(Optional.empty(), AuthFile.read(folder.resolve("missing")));
    }

    @Test
    void tokensAndSeparateFieldsAreReadToo() throws Exception {
        assertEquals(
                new Credentials("joe", "secret", "refresh", "bearer"),
                find(
                        "{\"auths\":{\"a.example\":{\"username\":\"joe\",\"password\":\"secret\","
                                + "\"identitytoken\":\"refresh\",\"registrytoken\":\"bearer\"}}}",
                        "a.example/x"));
        assertEquals(
                new Credentials("joe", "secret", "", ""),
                find("{\"auths\":{\"a.example\":{\"auth\":\"" + base64("joe:secret\0\0") + "\"}}}", "a.example/x"));
    }

    @Test
    void aProgramIsAskedForItsRegistryBeforeTheEntries() throws Exception {
        programs.knows("a.example", "{\"Username\":\"joe\",\"Secret\":\"secret\"}");
        var json = "{\"auths\":{\"a.example\":" + entry("file") + ",\"b.example\":" + entry("b")
                + "},\"credHelpers\":{\"a.example\":\"one\"},\"credsStore\":\"two\"}";
        assertEquals(new Credentials("joe", "secret", "", ""), find(json, "a.example/x"));
        assertEquals("b", find(json, "b.example/x").user());
        assertEquals(java.util.List.of("one a.example"), programs.asked());
    }

    @Test
    void theStoreIsAskedForWhatHasNoEntryOrAnEmptyOne() throws Exception {
        programs.knows("https://index.docker.io/v1/", "{\"Username\":\"<token>\",\"Secret\":\"refresh\"}");
        var json = "{\"auths\":{\"https://index.docker.io/v1/\":{},\"a.example\":{}},\"credsStore\":\"two\"}";
        assertEquals(new Credentials("", "", "refresh", ""), find(json, "nginx"));
        assertEquals(Credentials.none(), find(json, "a.example/x"));
        assertEquals(java.util.List.of("two https://index.docker.io/v1/", "two a.example"), programs.asked());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{\"auths\":5}",
                "{\"auths\":{\"a.example\":\"secret\"}}",
                "{\"auths\":{\"a.example\":{\"auth\":\"secret!!\"}}}",
                "{\"auths\":{\"a.example\":{\"auth\":\"c2VjcmV0\"}}}",
                "{\"auths\":{\"a.example\":{\"auth\":{\"x\":\"secret\"}}}}",
                "{\"auths\":{\"a.example\":null},\"secret",
                "{\"credHelpers\":{\"a.example\":\"../secret\"}}",
            })
    void aBrokenFileIsNamedAndNotShown(String json) {
        var failure = assertThrows(IOException.class, () -> find(json, "a.example/x"));
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            assertFalse(cause.toString().contains("secret"), cause.toString());
            assertFalse(cause.toString().contains("c2VjcmV0"), cause.toString());
        }
        assertTrue(json.contains("credHelpers") || failure.getMessage().contains("auth.json"), failure.getMessage());
    }

    @Test
    void aFileIsBounded() throws IOException {
        var nested = Files.writeString(folder.resolve("nested"), "{\"x\":" + "[".repeat(100_000));
        assertThrows(IOException.class, () -> AuthFile.read(nested));
        var large = Files.write(folder.resolve("large"), new byte[(4 << 20) + 1]);
        assertThrows(IOException.class, () -> AuthFile.read(large));
        assertThrows(IOException.class, () -> AuthFile.read(folder));
    }
}
