package dev.carafe.system;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Waits for what another process does and tells nobody of: looks again every few milliseconds, at most half a
/// minute.
public final class Await {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long PAUSE_MILLIS = 10;

    private Await() {}

    public static void until(String what, Callable<Boolean> condition) throws InterruptedException {
        present(what, () -> true, () -> condition.call() ? Optional.of(true) : Optional.empty());
    }

    public static <T> T present(String what, BooleanSupplier worthWaiting, Callable<Optional<T>> value)
            throws InterruptedException {
        var deadline = Instant.now().plus(LIMIT);
        while (true) {
            try {
                var found = value.call();
                if (found.isPresent()) {
                    return found.get();
                }
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                throw new AssertionError("while waiting for " + what, e);
            }
            if (!worthWaiting.getAsBoolean() || Instant.now().isAfter(deadline)) {
                throw new AssertionError("waited in vain for " + what);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }
}
