package dev.carafe.daemon.ctl;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What picocli leaves to be checked.
final class Arguments {
    private Arguments() {}

    /// The list that was given; picocli passes null for none.
    static List<String> some(@Nullable List<String> given, String what) throws IOException {
        if (given == null || given.isEmpty()) {
            throw new IOException("name " + what + ", or say --all");
        }
        return given;
    }
}
