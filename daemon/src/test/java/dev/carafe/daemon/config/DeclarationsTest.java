package dev.carafe.daemon.config;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds what is declared against what the documentation of crio.conf(5) and crio(8) has.
class DeclarationsTest {
    private static final int COLUMNS = 7;

    @Test
    void declaresExactlyWhatCrioHas() throws IOException {
        assertEquals(documented().reduce("", (a, b) -> a + b + "\n"), declared().reduce("", (a, b) -> a + b + "\n"));
    }

    private static Stream<String> documented() throws IOException {
        try (var in = Objects.requireNonNull(DeclarationsTest.class.getResourceAsStream("declarations.tsv"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines().filter(line -> !line.startsWith("#")).toList().stream()
                            .sorted();
        }
    }

    private static Stream<String> declared() {
        return Stream.concat(
                        keys().map(DeclarationsTest::row),
                        CommandLineKeys.TABLE.keys().stream()
                                .map(key -> "-\t-\t-\t-\t-\t" + key.option().flag() + "\t" + variables(key)))
                .sorted();
    }

    private static Stream<Key<?>> keys() {
        return Tables.ALL.stream().flatMap(table -> table.keys().stream());
    }

    private static <T> String row(Key<T> key) {
        var columns = List.of(
                key.table(),
                key.name(),
                kind(key.kind()),
                key.kind()
                        .toToml(key.standard())
                        .replaceAll("\\s*\n\\s*", " ")
                        .replace("[ ", "[")
                        .replace(", ]", "]"),
                key.reloadable() ? "yes" : "no",
                key.option().flag().isEmpty() ? "-" : key.option().flag(),
                variables(key));
        assertEquals(COLUMNS, columns.size());
        return String.join("\t", columns);
    }

    private static String kind(Kind<?> kind) {
        return switch (kind) {
            case TextKind _ -> "text";
            case BooleanKind _ -> "bool";
            case IntegerKind _ -> "integer";
            case DurationKind _ -> "duration";
            case ListKind _ -> "list";
            case PairsKind _ -> "pairs";
        };
    }

    private static String variables(Key<?> key) {
        return key.option().variables().isEmpty()
                ? "-"
                : String.join(",", key.option().variables());
    }

    @Test
    void eachFlagAndEachVariableIsOfOneKey() {
        var names = new HashSet<String>();
        Tables.options().forEach(key -> {
            var option = key.option();
            assertTrue(names.add("--" + option.flag()), option.flag());
            assertTrue(option.alias().isEmpty() || names.add("--" + option.alias()), option.alias());
            option.variables().forEach(variable -> assertTrue(names.add(variable), variable));
        });
    }

    @Test
    void eachDefaultIsAValueThatTheKeyAllows() {
        assertAll(keys().map(key -> () -> assertDefaultIsAllowed(key)));
    }

    private static <T> void assertDefaultIsAllowed(Key<T> key) throws BadValue {
        var toml = org.tomlj.Toml.parse("value = " + key.kind().toToml(key.standard()));
        assertEquals(List.of(), toml.errors(), key.path());
        var value = Objects.requireNonNull(toml.get("value"), key.path());
        assertEquals(key.standard(), key.kind().fromToml(value), key.path());
    }

    @Test
    void eachKeySaysWhatItMeans() {
        var meanings = new ArrayList<String>();
        Stream.concat(keys(), CommandLineKeys.TABLE.keys().stream()).forEach(key -> {
            meanings.add(key.meaning());
            assertTrue(key.meaning().endsWith("."), key.path());
            assertFalse(key.meaning().contains("\n"), key.path());
        });
        assertEquals(new TreeSet<>(meanings).size(), meanings.size(), "each has words of its own");
    }
}
