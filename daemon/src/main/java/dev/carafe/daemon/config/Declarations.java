package dev.carafe.daemon.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The keys of one table while they are declared. Used by the classes that hold them, while those are
/// initialized.
final class Declarations {
    private final String table;
    private final List<Key<?>> keys = new ArrayList<>();

    Declarations(String table) {
        this.table = table;
    }

    Declaration<String> text(String name, String standard, Rule rule) {
        return new Declaration<>(this, name, new TextKind(rule, false), standard);
    }

    /// A text where `""` counts as not set.
    Declaration<String> textOrDefault(String name, String standard, Rule rule) {
        return new Declaration<>(this, name, new TextKind(rule, true), standard);
    }

    Declaration<Boolean> bool(String name, boolean standard) {
        return new Declaration<>(this, name, new BooleanKind(), standard);
    }

    Declaration<Long> integer(String name, long standard, long min, long max) {
        return new Declaration<>(this, name, new IntegerKind(min, max, false), standard);
    }

    /// A number that is at least so large, or negative.
    Declaration<Long> integerOrNegative(String name, long standard, long min) {
        return new Declaration<>(this, name, new IntegerKind(min, Long.MAX_VALUE, true), standard);
    }

    Declaration<Duration> duration(String name, Duration standard) {
        return new Declaration<>(this, name, new DurationKind(), standard);
    }

    Declaration<List<String>> list(String name, Rule element, String... standard) {
        return new Declaration<>(this, name, new ListKind(element, false), List.of(standard));
    }

    /// A list that further files add to.
    Declaration<List<String>> joinedList(String name, Rule element) {
        return new Declaration<>(this, name, new ListKind(element, true), List.of());
    }

    Declaration<Map<String, String>> pairs(String name) {
        return new Declaration<>(this, name, new PairsKind(), Map.of());
    }

    String table() {
        return table;
    }

    void add(Key<?> key) {
        keys.add(key);
    }

    /// All keys that were declared.
    Table table(String meaning) {
        return new Table(table, meaning, keys);
    }
}
