package dev.carafe.daemon.config;

import java.util.ArrayList;
import java.util.List;
import org.tomlj.TomlArray;

/// A list of strings.
///
/// @param joined whether the lists of several files are joined; otherwise the last one stands alone
record ListKind(Rule element, boolean joined) implements Kind<List<String>> {
    @Override
    public List<String> fromToml(Object toml) throws BadValue {
        if (!(toml instanceof TomlArray array)) {
            throw new BadValue(expected(), Toml.shownValue(toml));
        }
        var texts = new ArrayList<String>();
        for (var i = 0; i < array.size(); i++) {
            var value = array.get(i);
            if (!(value instanceof String text) || !element.allows(text)) {
                throw new BadValue(expected(), "one with " + Toml.shownValue(value));
            }
            texts.add(text);
        }
        return List.copyOf(texts);
    }

    /// A flag that was given once, and a variable, may hold several elements with commas between them; of a flag
    /// that was given several times each is one element. That is CRI-O's rule; an element with a comma needs the
    /// flag twice.
    @Override
    public List<String> fromWords(List<String> words) throws BadValue {
        var split = words.size() == 1 ? List.of(words.getFirst().split(",", -1)) : words;
        var texts = split.stream().map(String::strip).filter(t -> !t.isEmpty()).toList();
        for (var text : texts) {
            if (!element.allows(text)) {
                throw new BadValue(expected(), "one with " + Toml.shownValue(text));
            }
        }
        return texts;
    }

    @Override
    public String toToml(List<String> value) {
        return Toml.list(value);
    }

    @Override
    public String expected() {
        return element == Form.ANY ? "a list of strings" : "a list, and each of its strings " + element.expected();
    }

    /// Of elements that stand in both, the later place counts.
    @Override
    public List<String> merged(List<String> earlier, List<String> later) {
        if (!joined) {
            return later;
        }
        var all = new ArrayList<>(earlier);
        all.addAll(later);
        var kept = new ArrayList<String>();
        for (var text : all.reversed()) {
            if (!kept.contains(text)) {
                kept.addFirst(text);
            }
        }
        return List.copyOf(kept);
    }
}
