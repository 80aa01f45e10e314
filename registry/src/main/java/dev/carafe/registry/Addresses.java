package dev.carafe.registry;

import dev.carafe.registry.TransportException.Kind;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The addresses behind a host's name. The system's resolver blocks its thread for as long as it likes, so each
/// lookup has a thread of its own, and the caller waits only until the limit.
final class Addresses {
    /// More would be threads that wait for the same dead name server.
    private static final int LOOKUPS_AT_ONCE = 16;

    private static final int MAX_ADDRESSES = 8;

    private final Semaphore lookups = new Semaphore(LOOKUPS_AT_ONCE);

    /// At least one, in the order in which they should be tried.
    List<InetAddress> of(Origin origin, Duration limit) throws TransportException, InterruptedException {
        try {
            return List.of(InetAddress.ofLiteral(origin.host()));
        } catch (IllegalArgumentException aName) {
            return lookUp(origin, limit);
        }
    }

    private List<InetAddress> lookUp(Origin origin, Duration limit) throws TransportException, InterruptedException {
        if (!lookups.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw tooSlow(origin, limit);
        }
        var lookup = new FutureTask<>(() -> {
            try {
                return InetAddress.getAllByName(origin.host());
            } finally {
                lookups.release();
            }
        });
        Thread.ofPlatform().daemon().name("lookup " + origin.host()).start(lookup);
        try {
            return Arrays.stream(lookup.get(limit.toMillis(), TimeUnit.MILLISECONDS))
                    .limit(MAX_ADDRESSES)
                    .toList();
        } catch (TimeoutException e) {
            throw tooSlow(origin, limit);
        } catch (ExecutionException e) {
            throw new TransportException(Kind.UNREACHABLE, origin + ": its name is not known", e.getCause());
        }
    }

    private static TransportException tooSlow(Origin origin, Duration limit) {
        return new TransportException(
                Kind.UNREACHABLE, origin + ": no answer from the name server within " + limit.toMillis() + " ms");
    }
}
