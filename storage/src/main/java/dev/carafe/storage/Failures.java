package dev.carafe.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Lets work go on after one part of it failed, and reports it in the end. For one thread.
final class Failures {
    private final List<IOException> all = new ArrayList<>();

    @FunctionalInterface
    interface Part {
        void run() throws IOException;
    }

    void collect(Part part) {
        try {
            part.run();
        } catch (IOException e) {
            all.add(e);
        }
    }

    /// The first failure, the others with it, if there are any.
    void rethrow() throws IOException {
        if (!all.isEmpty()) {
            var first = all.removeFirst();
            all.forEach(first::addSuppressed);
            throw first;
        }
    }
}
