package dev.carafe.daemon.config;

import java.util.List;

/// A string.
///
/// @param emptyIsNothing whether `""` is allowed and leaves the value as it is
record TextKind(Rule rule, boolean emptyIsNothing) implements Kind<String> {
    @Override
    public String fromToml(Object toml) throws BadValue {
        if (toml instanceof String text) {
            return checked(text);
        }
        throw new BadValue(expected(), Toml.shownValue(toml));
    }

    @Override
    public String fromWords(List<String> words) throws BadValue {
        return checked(words.getLast());
    }

    private String checked(String text) throws BadValue {
        if (!rule.allows(text) && !(emptyIsNothing && text.isEmpty())) {
            throw new BadValue(expected(), Toml.shownValue(text));
        }
        return text;
    }

    @Override
    public String toToml(String value) {
        return Toml.quoted(value);
    }

    @Override
    public boolean saysNothing(String value) {
        return emptyIsNothing && value.isEmpty();
    }

    @Override
    public String expected() {
        return rule.expected();
    }
}
