package dev.carafe.registry.auth;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.carafe.oci.Reference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever a file holds, credentials come of it or a refusal in words that shows none of it.
class AuthFileFuzzTest {
    private static final int ROUNDS = Integer.getInteger("carafe.test.mutations", 3_000);
    private static final String SECRET = "hunter2hunter2";
    private static final String PAIR =
            Base64.getEncoder().encodeToString(("joe:" + SECRET).getBytes(StandardCharsets.US_ASCII));
    private static final String GOOD = """
            {"auths":{"a.example/team":{"auth":"%1$s"},"a.example":{"username":"joe","password":"%2$s"},
             "https://b.example/v1/":{"identitytoken":"%2$s","registrytoken":"%2$s"}},
             "credHelpers":{"c.example":"pass"},"credsStore":"","HttpHeaders":{"A":"b"}}""".formatted(PAIR, SECRET);
    private static final String[] VALUES = {
        "null", "{}", "[]", "[null]", "\"\"", "5", "{\"auth\":null}", "\"\\u0000\"", "\""
    };

    @TempDir
    private Path folder;

    @Test
    void anyFileIsReadOrRefusedAndShowsNothing() throws Exception {
        var seed = Long.getLong("carafe.test.seed", new Random().nextLong());
        var random = new Random(seed);
        for (var round = 0; round < ROUNDS; round++) {
            var text = mutated(random);
            var file = Files.writeString(folder.resolve("auth.json"), text, StandardCharsets.UTF_8);
            try {
                for (var place : new String[] {"a.example/team/x", "b.example/x", "c.example/x"}) {
                    AuthFile.read(file)
                            .orElseThrow()
                            .find(Reference.parse(place), new HelperPrograms(new FakePrograms()));
                }
            } catch (IOException refused) {
                var message = String.valueOf(refused.getMessage());
                assertFalse(
                        message.isBlank() || message.contains(SECRET) || message.contains(PAIR), () -> "seed " + seed);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", of " + text, e);
            }
        }
    }

    private static String mutated(Random random) {
        var text = new StringBuilder(GOOD);
        for (var changes = random.nextInt(4) + 1; changes > 0 && !text.isEmpty(); changes--) {
            var at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> {
                    var begin = text.indexOf(":", at) + 1;
                    text.replace(
                            begin,
                            Math.min(text.length(), begin + random.nextInt(30)),
                            VALUES[random.nextInt(VALUES.length)]);
                }
                case 1 -> text.setCharAt(at, (char) random.nextInt(256));
                case 2 -> text.delete(at, Math.min(text.length(), at + random.nextInt(20)));
                default -> text.setLength(at);
            }
        }
        return text.toString();
    }
}
