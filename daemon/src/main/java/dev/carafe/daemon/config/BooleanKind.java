package dev.carafe.daemon.config;

import java.util.List;

/// `true` or `false`; as a word also what Go's `strconv.ParseBool` takes.
record BooleanKind() implements Kind<Boolean> {
    @Override
    public Boolean fromToml(Object toml) throws BadValue {
        if (toml instanceof Boolean bool) {
            return bool;
        }
        throw new BadValue(expected(), Toml.shownValue(toml));
    }

    @Override
    public Boolean fromWords(List<String> words) throws BadValue {
        return switch (words.getLast()) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw new BadValue(expected(), Toml.shownValue(words.getLast()));
        };
    }

    @Override
    public String toToml(Boolean value) {
        return value.toString();
    }

    @Override
    public String expected() {
        return "true or false";
    }
}
