package dev.carafe.daemon.config;

import java.time.Duration;
import java.util.List;

/// A duration in Go's spelling. A bare number in a file is nanoseconds, as CRI-O reads it.
record DurationKind() implements Kind<Duration> {
    @Override
    public Duration fromToml(Object toml) throws BadValue {
        if (toml instanceof Long nanos && nanos >= 0) {
            return Duration.ofNanos(nanos);
        }
        if (toml instanceof String text) {
            return fromWords(List.of(text));
        }
        throw new BadValue(expected(), Toml.shownValue(toml));
    }

    @Override
    public Duration fromWords(List<String> words) throws BadValue {
        var parsed = GoDuration.parse(words.getLast());
        if (parsed.isEmpty()) {
            throw new BadValue(expected(), Toml.shownValue(words.getLast()));
        }
        return parsed.get();
    }

    @Override
    public String toToml(Duration value) {
        return Toml.quoted(GoDuration.text(value));
    }

    @Override
    public String expected() {
        return "a duration such as \"1m30s\"";
    }
}
