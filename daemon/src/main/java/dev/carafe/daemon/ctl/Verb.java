package dev.carafe.daemon.ctl;

import java.io.IOException;
import java.util.List;

/// One verb of the command line, whose fields picocli has filled.
interface Verb {
    /// Gives the exit code.
    int run(Output to, Connection connection) throws IOException;

    /// For a verb whose objects are named or are all.
    static List<String> named(List<String> given, String what) throws IOException {
        if (given.isEmpty()) {
            throw new IOException("name " + what + ", or say --all");
        }
        return given;
    }
}
