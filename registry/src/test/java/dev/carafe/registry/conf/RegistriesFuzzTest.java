package dev.carafe.registry.conf;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Reference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever a file holds, it is read or refused in words; what is read gives an answer for every name.
class RegistriesFuzzTest {
    private static final int ROUNDS = Integer.getInteger("carafe.test.mutations", 400);

    private static final List<String> KEYS = List.of(
            "unqualified-search-registries",
            "short-name-mode",
            "credential-helpers",
            "registry",
            "registries",
            "prefix",
            "location",
            "insecure",
            "blocked",
            "mirror-by-digest-only",
            "pull-from-mirror",
            "mirror",
            "aliases",
            "box",
            "\"a.b/c\"",
            "odd");
    private static final List<String> VALUES = List.of(
            "\"\"",
            "\"a.example\"",
            "\"a.example/x\"",
            "\"a.example/x:1\"",
            "\"*.example\"",
            "\"*.\"",
            "\"/\"",
            "\"https://a.example\"",
            "\"\\u0000\\uFFFD\"",
            "true",
            "1",
            "nan",
            "[]",
            "[\"a.example\", \"pass\"]",
            "[[]]",
            "{}",
            "{ location = \"a.example\" }",
            "[{ location = \"a.example\", mirror = [{}] }]",
            "\"disabled\"",
            "\"all\"",
            "1979-05-27",
            "nothing",
            "");
    private static final List<String> TABLES =
            List.of("[[registry]]", "[[registry.mirror]]", "[registry]", "[aliases]", "[registries.search]", "[x]");
    private static final List<String> NAMES =
            List.of("box", "a.example/x:1", "b.a.example:5000/x/y", "docker.io/library/alpine", "localhost/x");

    @TempDir
    private Path folder;

    @Test
    void anyKeysWithAnyValuesAreReadOrRefused() throws IOException {
        var seed = Long.getLong("carafe.test.seed", new Random().nextLong());
        var random = new Random(seed);
        for (var round = 0; round < ROUNDS; round++) {
            check(document(random).getBytes(StandardCharsets.UTF_8), seed);
        }
    }

    private static String document(Random random) {
        var text = new StringBuilder();
        for (var lines = random.nextInt(1, 12); lines > 0; lines--) {
            text.append(
                            random.nextInt(3) == 0
                                    ? TABLES.get(random.nextInt(TABLES.size()))
                                    : KEYS.get(random.nextInt(KEYS.size())) + " = "
                                            + VALUES.get(random.nextInt(VALUES.size())))
                    .append('\n');
        }
        return text.toString();
    }

    @Test
    void aDamagedFileIsReadOrRefused() throws IOException {
        var seed = Long.getLong("carafe.test.seed", new Random().nextLong());
        var random = new Random(seed);
        var whole = """
                unqualified-search-registries = ["a.example"]
                short-name-mode = "permissive"
                [[registry]]
                prefix = "a.example/x"
                location = "b.example"
                [[registry.mirror]]
                location = "c.example:5000/y"
                pull-from-mirror = "tag-only"
                [[registry]]
                prefix = "*.example"
                blocked = true
                [aliases]
                "box" = "a.example/box"
                """.getBytes(StandardCharsets.UTF_8);
        for (var round = 0; round < ROUNDS; round++) {
            var damaged = whole.clone();
            for (var changes = random.nextInt(1, 5); changes > 0; changes--) {
                damaged[random.nextInt(damaged.length)] = (byte)
                        (random.nextBoolean() ? "\"[]{}=.#\n'\\,*/:@".charAt(random.nextInt(16)) : random.nextInt(256));
            }
            check(random.nextBoolean() ? damaged : Arrays.copyOf(damaged, random.nextInt(damaged.length)), seed);
        }
    }

    private void check(byte[] content, long seed) throws IOException {
        var file = Files.write(folder.resolve("registries.conf"), content);
        var files = new RegistriesFiles(file, false, folder.resolve("none"), ShortNameMode.UNSET);
        try {
            ask(files.read().conf());
        } catch (InvalidRegistriesException refused) {
            assertTrue(
                    refused.getMessage().lines().allMatch(line -> line.startsWith(file.toString())),
                    () -> "seed " + seed + ": " + refused.getMessage());
        } catch (RuntimeException | Error bug) {
            throw new AssertionError("seed " + seed + ":\n" + new String(content, StandardCharsets.UTF_8), bug);
        }
    }

    /// A refusal is an answer; anything else that is thrown is a bug.
    private static void ask(RegistriesConf conf) {
        for (var name : NAMES) {
            conf.isInsecure(name);
            try {
                conf.pullable(name).forEach(conf::sources);
            } catch (IllegalArgumentException refused) {
                assertTrue(!refused.getMessage().isEmpty());
            }
            try {
                conf.sources(Reference.parse(name));
            } catch (IllegalArgumentException refused) {
                assertTrue(refused.getMessage().startsWith("registries.conf"), refused.getMessage());
            }
        }
    }
}
