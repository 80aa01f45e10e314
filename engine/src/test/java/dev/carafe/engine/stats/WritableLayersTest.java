package dev.carafe.engine.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.storage.ContainerRoots.Usage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WritableLayersTest {
    private final AtomicInteger walks = new AtomicInteger();
    private volatile Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private volatile Instant steady = Instant.EPOCH;
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);

    @Test
    void whatIsCountedIsCountedAgainOnlyWhenItIsOld() throws InterruptedException {
        try (var layers = WritableLayers.start(this::count, Duration.ofHours(1), clock, () -> steady)) {
            layers.refresh(List.of("one", "two"));
            layers.refresh(List.of("one", "two"));
            assertEquals(Optional.of(new Usage(3, 1)), usage(layers, "one"));
            assertEquals(2, walks.get());
            layers.retain(Set.of("two"));
            assertEquals(Optional.empty(), usage(layers, "one"));
            layers.refresh(List.of("one", "two"));
            assertEquals(3, walks.get());
        }
    }

    @Test
    void aClockThatIsSetMakesNoCountOldOrYoung() throws InterruptedException {
        try (var layers = WritableLayers.start(this::count, Duration.ofHours(1), clock, () -> steady)) {
            layers.refresh(List.of("one"));
            now = now.plus(Duration.ofDays(10));
            layers.refresh(List.of("one", "two")); // of which the second is waited for, and the first would come before
            assertEquals(2, walks.get());
            now = now.minus(Duration.ofDays(20));
            steady = steady.plus(Duration.ofHours(2));
            layers.refresh(List.of("one", "two", "three"));
            assertEquals(5, walks.get());
            assertEquals(now, layers.of("one").orElseThrow().at());
        }
    }

    @Test
    void aLongWalkHoldsUpNoCallForLongAndIsAskedForOnce() throws InterruptedException {
        var open = new CountDownLatch(1);
        try (var layers = WritableLayers.start(
                id -> {
                    await(open);
                    return count(id);
                },
                Duration.ofHours(1),
                clock,
                () -> steady)) {
            var start = System.nanoTime();
            for (var i = 0; i < 3; i++) {
                layers.refresh(List.of("one"));
            }
            assertTrue(Duration.ofNanos(System.nanoTime() - start).compareTo(Duration.ofSeconds(10)) < 0);
            assertEquals(Optional.empty(), usage(layers, "one"));
            open.countDown();
            while (usage(layers, "one").isEmpty()) {
                layers.refresh(List.of("one"));
            }
            assertEquals(1, walks.get());
        }
    }

    @Test
    void whatCantBeCountedIsUnknownAndHoldsUpNoOther() throws InterruptedException {
        try (var layers = WritableLayers.start(
                id -> {
                    if (id.equals("broken")) {
                        throw new IOException("for the test");
                    }
                    return count(id);
                },
                Duration.ofHours(1),
                clock,
                () -> steady)) {
            layers.refresh(List.of("broken", "one"));
            assertEquals(Optional.empty(), usage(layers, "broken"));
            assertEquals(Optional.of(new Usage(3, 1)), usage(layers, "one"));
        }
    }

    private Usage count(String id) {
        walks.incrementAndGet();
        return new Usage(id.length(), 1);
    }

    private static Optional<Usage> usage(WritableLayers layers, String id) {
        return layers.of(id).map(WritableLayers.Written::usage);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
