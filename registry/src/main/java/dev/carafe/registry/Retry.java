package dev.carafe.registry;

import dev.carafe.registry.RegistryConfig.Retries;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// The attempts at one thing. For one thread.
final class Retry {
    private final Retries retries;
    private int attempts = 1;

    Retry(Retries retries) {
        this.retries = retries;
    }

    int attempts() {
        return attempts;
    }

    /// Waits before the next attempt; false when there should be none.
    boolean pause(RegistryUnavailableException failure) throws InterruptedException {
        var asked = failure.retryAfter();
        if (!failure.isWorthRetrying()
                || attempts == retries.attempts()
                || asked.compareTo(retries.longestPause()) > 0) {
            return false;
        }
        var pause = pauseBefore(attempts);
        Thread.sleep(pause.compareTo(asked) > 0 ? pause : asked);
        attempts++;
        return true;
    }

    /// Half of it is by chance, lest all nodes of a cluster come back at the same moment.
    private Duration pauseBefore(int attempt) {
        var doubled = retries.firstPause().multipliedBy(1L << Math.min(attempt - 1, 16));
        var millis = (doubled.compareTo(retries.longestPause()) > 0 ? retries.longestPause() : doubled).toMillis();
        return Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    }
}
