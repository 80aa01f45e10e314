package dev.carafe.engine.spec;

import dev.carafe.linux.RlimitKind;
import java.util.Locale;

/// An entry of `default_ulimits`: `name=soft[:hard]`, where -1 means unlimited.
record Ulimit(RlimitKind kind, long soft, long hard) {
    static Ulimit parse(String entry) {
        var equals = entry.indexOf('=');
        if (equals < 1) {
            throw wrong(entry, "not name=soft:hard");
        }
        var values = entry.substring(equals + 1).split(":", 2);
        try {
            var soft = Long.parseLong(values[0].strip());
            var hard = values.length == 2 ? Long.parseLong(values[1].strip()) : soft;
            if (soft < -1 || hard < -1 || Long.compareUnsigned(soft, hard) > 0) {
                throw wrong(entry, "the soft limit is above the hard one, or one is below -1");
            }
            return new Ulimit(kind(entry, entry.substring(0, equals)), soft, hard);
        } catch (NumberFormatException e) {
            throw wrong(entry, "not a number");
        }
    }

    private static RlimitKind kind(String entry, String name) {
        var upper = name.strip().toUpperCase(Locale.ROOT);
        for (var kind : RlimitKind.values()) {
            if (upper.equals(kind.name()) || upper.equals("RLIMIT_" + kind.name())) {
                return kind;
            }
        }
        throw wrong(entry, "there is no such limit");
    }

    private static IllegalArgumentException wrong(String entry, String why) {
        return new IllegalArgumentException("default_ulimits: " + entry + ": " + why);
    }
}
