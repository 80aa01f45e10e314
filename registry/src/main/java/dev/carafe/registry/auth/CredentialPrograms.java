package dev.carafe.registry.auth;

import java.io.IOException;

/// Runs the programs docker-credential-NAME, which know credentials. Safe for all threads.
public interface CredentialPrograms {
    /// More is cut off.
    int MOST_OUTPUT_BYTES = 64 * 1024;

    /// Runs `docker-credential-NAME get` with the server on its standard input, in bounded time.
    ///
    /// @param name letters, digits, `.`, `_` and `-`
    /// @throws IOException when there is no such program, or it does not end in time
    Answer get(String name, String server) throws IOException, InterruptedException;

    /// @param isSuccess whether it ended with code 0
    /// @param output its standard output, where also its error is
    record Answer(boolean isSuccess, String output) {
        /// Without the output.
        @Override
        public String toString() {
            return isSuccess ? "credentials" : "failure";
        }
    }
}
