package dev.carafe.daemon.config;

import java.util.List;

/// Handlers by `--runtimes`:
/// `NAME:PATH:ROOT[:TYPE[:PRIVILEGED_WITHOUT_HOST_DEVICES[:CONFIG_PATH[:MIN_MEMORY]]]]`. They are stronger than
/// the files; empty parts are left as the files have them.
final class RuntimesFlag {
    private static final int MIN_PARTS = 3;

    private static final List<Key<?>> PARTS = List.of(
            HandlerKeys.RUNTIME_PATH,
            HandlerKeys.RUNTIME_ROOT,
            HandlerKeys.RUNTIME_TYPE,
            HandlerKeys.PRIVILEGED_WITHOUT_HOST_DEVICES,
            HandlerKeys.RUNTIME_CONFIG_PATH,
            HandlerKeys.CONTAINER_MIN_MEMORY);

    private RuntimesFlag() {}

    static void apply(Values options, Document document, Findings findings) {
        var origin = options.origin(CommandLineKeys.RUNTIMES);
        for (var runtime : options.get(CommandLineKeys.RUNTIMES)) {
            try {
                apply(runtime, origin, document);
            } catch (BadValue e) {
                findings.wrong(origin, Toml.shownName(runtime) + ": " + e.reason());
            }
        }
    }

    private static void apply(String runtime, Origin origin, Document document) throws BadValue {
        var parts = List.of(runtime.split(":", -1));
        if (parts.size() < MIN_PARTS || parts.size() > 1 + PARTS.size() || !Form.NAME.allows(parts.getFirst())) {
            throw new BadValue("NAME:PATH:ROOT and at most " + (1 + PARTS.size() - MIN_PARTS) + " parts more", "this");
        }
        var handler = document.handler(parts.getFirst(), origin);
        for (var i = 1; i < parts.size(); i++) {
            if (!parts.get(i).isEmpty()) {
                put(PARTS.get(i - 1), parts.get(i), origin, handler);
            }
        }
    }

    private static <T> void put(Key<T> key, String word, Origin origin, Values handler) throws BadValue {
        try {
            handler.put(key, key.kind().fromWords(List.of(word)), origin);
        } catch (BadValue e) {
            throw new BadValue(key.kind().expected() + " for " + key.name(), Toml.shownValue(word));
        }
    }
}
