package dev.carafe.engine.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.registry.auth.CredentialPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpawnedCredentialProgramsTest {
    @TempDir
    private Path folder;

    private void program(String name, String script) throws IOException {
        Files.setPosixFilePermissions(
                Files.writeString(folder.resolve("docker-credential-" + name), "#!/bin/sh\n" + script),
                PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private SpawnedCredentialPrograms programs(Duration limit) {
        return new SpawnedCredentialPrograms(
                List.of(folder.resolve("none"), folder), Map.of("PATH", "/usr/bin:/bin", "VAULT", "here"), limit);
    }

    @Test
    void theServerIsReadFromStandardInput() throws Exception {
        program("echo", "echo \"$1 $(cat) $VAULT\"");
        var answer = programs(Duration.ofSeconds(30)).get("echo", "a.example");
        assertTrue(answer.isSuccess());
        assertEquals("get a.example here\n", answer.output());
    }

    @Test
    void itsFailureIsSeen() throws Exception {
        program("fail", "echo credentials not found in native keychain; exit 1");
        var answer = programs(Duration.ofSeconds(30)).get("fail", "a.example");
        assertFalse(answer.isSuccess());
        assertEquals("credentials not found in native keychain\n", answer.output());
    }

    @Test
    void itsOutputIsBounded() throws Exception {
        program("flood", "head -c 10000000 /dev/zero");
        var answer = programs(Duration.ofSeconds(30)).get("flood", "a.example");
        assertEquals(CredentialPrograms.MOST_OUTPUT_BYTES, answer.output().length());
    }

    @Test
    void itsTimeIsBounded() throws Exception {
        program("hang", "exec sleep 1000");
        var programs = programs(Duration.ofMillis(100));
        var failure = assertThrows(IOException.class, () -> programs.get("hang", "a.example"));
        assertTrue(failure.getMessage().contains("no answer for a.example within 100 ms"), failure.getMessage());
    }

    @Test
    void oneThatIsMissingIsNamed() {
        var programs = programs(Duration.ofSeconds(1));
        var failure = assertThrows(IOException.class, () -> programs.get("missing", "a.example"));
        assertTrue(failure.getMessage().startsWith("there is no program docker-credential-missing in "));
    }
}
