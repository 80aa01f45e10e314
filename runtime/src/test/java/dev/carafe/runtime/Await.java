package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;

/// For what nothing tells of.
final class Await {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private Await() {}

    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }

    static void until(Condition condition) throws Exception {
        var deadline = Deadline.in(LONGEST);
        while (!condition.holds()) {
            if (deadline.isOver()) {
                fail("waited in vain for " + LONGEST.toSeconds() + " s");
            }
            Thread.sleep(5);
        }
    }
}
