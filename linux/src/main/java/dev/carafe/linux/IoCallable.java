package dev.carafe.linux;

import java.io.IOException;

/// A computation that may fail with the outside world.
@FunctionalInterface
public interface IoCallable<T> {
    T call() throws IOException;
}
