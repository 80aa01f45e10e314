package dev.carafe.daemon.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tomlj.TomlTable;

/// A table of strings under names that are the operator's own.
record PairsKind() implements Kind<Map<String, String>> {
    @Override
    public Map<String, String> fromToml(Object toml) throws BadValue {
        if (!(toml instanceof TomlTable table)) {
            throw new BadValue(expected(), Toml.shownValue(toml));
        }
        var pairs = new LinkedHashMap<String, String>();
        for (var entry : table.entrySet()) {
            if (!(entry.getValue() instanceof String text)) {
                throw new BadValue(expected(), "one with " + Toml.shownValue(entry.getValue()));
            }
            pairs.put(entry.getKey(), text);
        }
        return Collections.unmodifiableMap(pairs);
    }

    /// No flag has this type.
    @Override
    public Map<String, String> fromWords(List<String> words) throws BadValue {
        throw new BadValue(expected(), "words");
    }

    @Override
    public String toToml(Map<String, String> value) {
        return Toml.inlineTable(value);
    }

    @Override
    public String expected() {
        return "a table of strings";
    }

    @Override
    public Map<String, String> merged(Map<String, String> earlier, Map<String, String> later) {
        var all = new LinkedHashMap<>(earlier);
        all.putAll(later);
        return Collections.unmodifiableMap(all);
    }
}
