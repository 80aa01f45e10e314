package dev.carafe.engine.edit;

import java.io.IOException;
import java.util.Arrays;

/// When a hook is run (runtime-spec, config.md, POSIX-platform Hooks).
enum Stage {
    PRESTART("prestart"),
    CREATE_RUNTIME("createRuntime"),
    CREATE_CONTAINER("createContainer"),
    START_CONTAINER("startContainer"),
    POSTSTART("poststart"),
    POSTSTOP("poststop");

    private final String word;

    Stage(String word) {
        this.word = word;
    }

    /// @throws IOException for a word that is none
    static Stage of(String word) throws IOException {
        return Arrays.stream(values())
                .filter(stage -> stage.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IOException("there is no stage \"" + word + "\" for hooks"));
    }
}
