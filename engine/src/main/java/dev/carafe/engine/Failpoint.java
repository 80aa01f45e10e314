package dev.carafe.engine;

import java.io.IOException;

/// Stands at each [Step]; tests let it fail, wait or end the process there.
@FunctionalInterface
public interface Failpoint {
    Failpoint NONE = _ -> {};

    void at(Step step) throws IOException;
}
