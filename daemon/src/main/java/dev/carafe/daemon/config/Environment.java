package dev.carafe.daemon.config;

import java.util.List;
import java.util.Map;

/// The environment variables of crio(8). One that is set to nothing counts as not set.
final class Environment {
    private Environment() {}

    static Values read(Map<String, String> environment, Findings findings) {
        var values = new Values();
        Tables.options().forEach(key -> read(key, environment, values, findings));
        return values;
    }

    private static <T> void read(Key<T> key, Map<String, String> environment, Values values, Findings findings) {
        for (var variable : key.option().variables()) {
            var word = environment.getOrDefault(variable, "");
            if (!word.isEmpty()) {
                try {
                    values.put(key, key.kind().fromWords(List.of(word)), Origin.environment(variable));
                } catch (BadValue e) {
                    findings.wrong(Origin.environment(variable), e.reason());
                }
                return;
            }
        }
    }
}
