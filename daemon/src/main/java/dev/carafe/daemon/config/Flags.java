package dev.carafe.daemon.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The flags before the subcommand, as crio(8) takes them: `--flag value`, `--flag=value`, `-f value`; one dash
/// or two. A flag of true or false stands alone or with `=false`. Lists have commas, or the flag is given again.
public final class Flags {
    private final Values values;
    private final List<String> rest;

    private Flags(Values values, List<String> rest) {
        this.values = values;
        this.rest = List.copyOf(rest);
    }

    /// @throws UsageException for an unknown flag, a missing value, or one that the flag doesn't allow
    public static Flags parse(List<String> arguments) throws UsageException {
        var byName = byName();
        var given = new LinkedHashMap<Key<?>, List<String>>();
        var at = 0;
        while (at < arguments.size() && isFlag(arguments.get(at))) {
            var argument = arguments.get(at++);
            if (argument.equals("--")) {
                break;
            }
            var equals = argument.indexOf('=');
            var spelled = equals < 0 ? argument : argument.substring(0, equals);
            var key = byName.get(spelled.startsWith("--") ? spelled.substring(2) : spelled.substring(1));
            if (key == null) {
                throw unknown(spelled, byName);
            }
            var words = given.computeIfAbsent(key, _ -> new ArrayList<>());
            if (equals >= 0) {
                words.add(argument.substring(equals + 1));
            } else if (key.kind() instanceof BooleanKind) {
                words.add("true");
            } else if (at < arguments.size()) {
                words.add(arguments.get(at++));
            } else {
                throw new UsageException(
                        spelled + " needs a value: " + key.kind().expected());
            }
        }
        var values = new Values();
        for (var flag : given.entrySet()) {
            put(flag.getKey(), flag.getValue(), values);
        }
        return new Flags(values, arguments.subList(at, arguments.size()));
    }

    private static boolean isFlag(String argument) {
        return argument.length() > 1 && argument.startsWith("-");
    }

    private static Map<String, Key<?>> byName() {
        var byName = new HashMap<String, Key<?>>();
        Tables.options().forEach(key -> {
            byName.put(key.option().flag(), key);
            if (!key.option().alias().isEmpty()) {
                byName.put(key.option().alias(), key);
            }
        });
        return byName;
    }

    private static UsageException unknown(String spelled, Map<String, Key<?>> byName) {
        var names = byName.values().stream()
                .map(key -> "--" + key.option().flag())
                .distinct()
                .toList();
        return new UsageException(
                "unknown flag " + Toml.shownName(spelled) + "; the nearest known one is " + Nearest.to(spelled, names));
    }

    private static <T> void put(Key<T> key, List<String> words, Values values) throws UsageException {
        try {
            values.put(
                    key, key.kind().fromWords(words), Origin.flag(key.option().flag()));
        } catch (BadValue e) {
            throw new UsageException("--" + key.option().flag() + " " + e.reason());
        }
    }

    /// From the first word that is no flag: the subcommand and what belongs to it.
    public List<String> rest() {
        return rest;
    }

    public boolean help() {
        return values.get(CommandLineKeys.HELP);
    }

    public boolean version() {
        return values.get(CommandLineKeys.VERSION);
    }

    Values values() {
        return values;
    }
}
