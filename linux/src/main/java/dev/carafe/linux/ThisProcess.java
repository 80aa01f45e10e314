package dev.carafe.linux;

import java.io.IOException;
import java.util.Set;

/// The daemon's own process.
@SuppressWarnings({"DoNotCallSuggester", "unused", "UnusedVariable"})
public final class ThisProcess {
    private ThisProcess() {}

    public static void becomeSubreaper() throws ErrnoException {
        throw Unwritten.yet();
    }
    /// Frees the zombies of processes that were adopted, not started by Spawn; how many.
    public static int reapAdopted() throws IOException {
        throw Unwritten.yet();
    }

    public static int oomScoreAdj() throws IOException {
        throw Unwritten.yet();
    }
    /// The lowest value this process may write:
    public static int minimumOomScoreAdj() throws IOException {
        throw Unwritten.yet();
    }

    public static Set<String> boundingCapabilities() throws IOException {
        throw Unwritten.yet();
    }

    public static Set<String> effectiveCapabilities() throws IOException {
        throw Unwritten.yet();
    }

    public static Rlimit rlimit(RlimitKind kind) throws ErrnoException {
        throw Unwritten.yet();
    }

    public static void rlimit(RlimitKind kind, Rlimit limit) throws ErrnoException {
        throw Unwritten.yet();
    }
}
