package dev.carafe.daemon.config;

import java.util.List;

/// A whole number in a range.
///
/// @param orNegative whether every number below zero is allowed too; by custom it means "none"
record IntegerKind(long min, long max, boolean orNegative) implements Kind<Long> {
    @Override
    public Long fromToml(Object toml) throws BadValue {
        if (toml instanceof Long number) {
            return checked(number, Toml.shownValue(toml));
        }
        throw new BadValue(expected(), Toml.shownValue(toml));
    }

    @Override
    public Long fromWords(List<String> words) throws BadValue {
        var shown = Toml.shownValue(words.getLast());
        try {
            return checked(Long.decode(words.getLast()), shown);
        } catch (NumberFormatException e) {
            throw new BadValue(expected(), shown);
        }
    }

    private Long checked(Long number, String shown) throws BadValue {
        if ((number < min || number > max) && !(orNegative && number < 0)) {
            throw new BadValue(expected(), shown);
        }
        return number;
    }

    @Override
    public String toToml(Long value) {
        return value.toString();
    }

    @Override
    public String expected() {
        var bounded = "a whole number";
        if (max < Long.MAX_VALUE) {
            bounded += " from " + min + " to " + max;
        } else if (min > Long.MIN_VALUE) {
            bounded += ", at least " + min;
        }
        return orNegative ? bounded + ", or negative" : bounded;
    }
}
