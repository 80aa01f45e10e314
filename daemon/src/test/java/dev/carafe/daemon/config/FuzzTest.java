package dev.carafe.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever a file holds, it loads or is refused in words; what loads survives its template.
class FuzzTest {
    private static final int ROUNDS = Integer.getInteger("carafe.test.mutations", 400);

    @TempDir
    private Path temporary;

    private static final List<String> VALUES = List.of(
            "\"\"",
            "\"/a/b\"",
            "\"x=1\"",
            "\"1s\"",
            "'literal'",
            "\"\"\"many\nlines\"\"\"",
            "\"\\u0000\\uFFFD\"",
            "\"/\\u0007\"",
            "0",
            "-1",
            "9223372036854775807",
            "9223372036854775808",
            "0xdead_beef",
            "1e400",
            "nan",
            "true",
            "false",
            "1979-05-27T07:32:00Z",
            "07:32:00",
            "[]",
            "[\"/a\"]",
            "[\"a=b\", \"c=d\"]",
            "[[], {}]",
            "[1, \"a\"]",
            "{}",
            "{ a = \"b\" }",
            "{ a.b = 1 }",
            "\"pod\"",
            "\"crun\"",
            "\"systemd\"",
            "\"mkdir\"",
            "nothing",
            "");

    @Test
    void keysWithAnyValuesLoadOrAreRefused() throws IOException {
        var seed = Long.getLong("carafe.test.seed", new Random().nextLong());
        var random = new Random(seed);
        for (var round = 0; round < ROUNDS; round++) {
            check(randomDocument(random).getBytes(StandardCharsets.UTF_8), seed);
        }
    }

    private static String randomDocument(Random random) {
        var text = new StringBuilder();
        for (var lines = random.nextInt(1, 8); lines > 0; lines--) {
            var table = Tables.ALL.get(random.nextInt(Tables.ALL.size()));
            var keys = new ArrayList<>(table.keys());
            var key = keys.get(random.nextInt(keys.size()));
            var name = random.nextInt(10) == 0 ? key.name() + "x" : key.name();
            var path = key.table()
                    .replace("<name>", List.of("crun", "\"\"", "\"a.b\"", "x").get(random.nextInt(4)));
            text.append(path)
                    .append('.')
                    .append(name)
                    .append(" = ")
                    .append(VALUES.get(random.nextInt(VALUES.size())))
                    .append('\n');
        }
        return text.toString();
    }

    @Test
    void aDamagedFileLoadsOrIsRefused() throws IOException {
        var seed = Long.getLong("carafe.test.seed", new Random().nextLong());
        var random = new Random(seed);
        var whole = ReadingTest.crioConf().getBytes(StandardCharsets.UTF_8);
        for (var round = 0; round < ROUNDS; round++) {
            var damaged = whole.clone();
            for (var changes = random.nextInt(1, 6); changes > 0; changes--) {
                damaged[random.nextInt(damaged.length)] = (byte)
                        (random.nextBoolean() ? "\"[]{}=.#\n'\\,".charAt(random.nextInt(12)) : random.nextInt(256));
            }
            var start = random.nextInt(damaged.length);
            var end = random.nextInt(start, damaged.length);
            check(random.nextBoolean() ? damaged : Arrays.copyOfRange(damaged, start, end), seed);
        }
    }

    private void check(byte[] content, long seed) throws IOException {
        var folder = new ConfigurationFolder(temporary);
        Files.write(folder.main(), content);
        try {
            var loaded = folder.load().configuration();
            var again = folder.main(Template.of(loaded)).load().configuration();
            assertEquals(loaded, again, () -> "seed " + seed);
        } catch (ConfigurationException refused) {
            assertEquals(
                    refused.getMessage().lines().count(),
                    refused.getMessage()
                            .lines()
                            .filter(line -> line.contains(": "))
                            .count(),
                    () -> "seed " + seed + ": " + refused.getMessage());
        } catch (RuntimeException | Error bug) {
            throw new AssertionError("seed " + seed + ":\n" + new String(content, StandardCharsets.UTF_8), bug);
        }
    }
}
