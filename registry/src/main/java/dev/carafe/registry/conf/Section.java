package dev.carafe.registry.conf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/// A table of a file. What is of another type than asked for is found wrong, and counts as not there. For one
/// thread.
final class Section {
    private final Path file;
    private final TomlTable table;
    private final String name;
    private final Findings findings;
    private final Set<String> asked = new HashSet<>();

    /// @param name as it stands in messages; empty for the file itself
    Section(Path file, TomlTable table, String name, Findings findings) {
        this.file = file;
        this.table = table;
        this.name = name;
        this.findings = findings;
    }

    boolean has(String key) {
        asked.add(key);
        return table.contains(List.of(key));
    }

    /// Empty when it is not there.
    String text(String key) {
        return value(key, String.class, "a string").orElse("");
    }

    /// False when it is not there.
    boolean flag(String key) {
        return value(key, Boolean.class, "true or false").orElse(false);
    }

    Optional<List<String>> texts(String key) {
        return value(key, TomlArray.class, "a list of strings").map(list -> texts(key, list));
    }

    private List<String> texts(String key, TomlArray list) {
        var texts = new ArrayList<String>();
        for (var i = 0; i < list.size(); i++) {
            if (list.get(i) instanceof String text) {
                texts.add(text);
            } else {
                wrong(key, "must be a list of strings");
            }
        }
        return texts;
    }

    /// The tables of `[[key]]`.
    List<Section> sections(String key) {
        return value(key, TomlArray.class, "tables, [[" + path(key) + "]]")
                .map(list -> sections(key, list))
                .orElse(List.of());
    }

    private List<Section> sections(String key, TomlArray list) {
        var sections = new ArrayList<Section>();
        for (var i = 0; i < list.size(); i++) {
            if (list.get(i) instanceof TomlTable entry) {
                sections.add(new Section(file, entry, path(key), findings));
            } else {
                wrong(key, "must be tables, [[" + path(key) + "]]");
            }
        }
        return sections;
    }

    Optional<Section> section(String key) {
        return value(key, TomlTable.class, "a table").map(t -> new Section(file, t, path(key), findings));
    }

    /// All its keys, which then are known.
    Set<String> keys() {
        asked.addAll(table.keySet());
        return table.keySet();
    }

    private <T> Optional<T> value(String key, Class<T> type, String expected) {
        asked.add(key);
        var value = table.get(List.of(key));
        if (value == null || type.isInstance(value)) {
            return Optional.ofNullable(value).map(type::cast);
        }
        wrong(key, "must be " + expected);
        return Optional.empty();
    }

    void warnOfUnknown() {
        for (var key : table.keySet()) {
            if (!asked.contains(key)) {
                warn(key, "is not known and has no effect");
            }
        }
    }

    void wrong(String key, String text) {
        findings.wrong(place(key), path(key) + " " + text);
    }

    void warn(String key, String text) {
        findings.warn(place(key), path(key) + " " + text);
    }

    /// The file and the line of the key, or of what there is in its place.
    String place(String key) {
        var position = table.inputPositionOf(List.of(key));
        return position == null ? file.toString() : file + ":" + position.line();
    }

    /// For what is wrong with the whole table: the line of its first key.
    String place() {
        return table.keySet().stream().findFirst().map(this::place).orElse(file.toString());
    }

    private String path(String key) {
        var bare = key.matches("[A-Za-z0-9_-]{1,100}") ? key : Findings.shown(key);
        return name.isEmpty() ? bare : name + "." + bare;
    }
}
