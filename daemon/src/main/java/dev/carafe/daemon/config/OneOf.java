package dev.carafe.daemon.config;

import java.util.List;

/// One of a few words. The empty one may be among them.
record OneOf(List<String> words) implements Rule {
    OneOf {
        words = List.copyOf(words);
    }

    static OneOf of(String... words) {
        return new OneOf(List.of(words));
    }

    @Override
    public boolean allows(String text) {
        return words.contains(text);
    }

    @Override
    public String expected() {
        var quoted = words.stream().map(Toml::quoted).toList();
        return quoted.size() == 1
                ? quoted.getFirst()
                : String.join(", ", quoted.subList(0, quoted.size() - 1)) + " or " + quoted.getLast();
    }
}
