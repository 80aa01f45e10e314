package dev.carafe.daemon.config;

import java.nio.file.Path;

/// Where a value was said, in the words that an operator needs to find the place.
record Origin(String place) {
    static final Origin BUILT_IN = new Origin("built-in default");

    static Origin line(Path file, int line) {
        return new Origin(Toml.shownName(file.toString()) + ":" + line);
    }

    static Origin file(Path file) {
        return new Origin(Toml.shownName(file.toString()));
    }

    static Origin flag(String flag) {
        return new Origin("--" + flag);
    }

    static Origin environment(String variable) {
        return new Origin("environment variable " + variable);
    }
}
