package dev.carafe.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WatchdogTest {
    private final AtomicLong now = new AtomicLong();
    private final List<String> told = new ArrayList<>();
    private final Watchdog watchdog = new Watchdog(now::get, told::add);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    private void passes(Duration time) {
        now.addAndGet(time.toNanos());
        watchdog.look();
    }

    /// On a virtual thread, as the daemon's work is.
    private Thread hang(Lane lane, String subject, CountDownLatch hangs) {
        return Thread.ofVirtual().start(() -> {
            try {
                lane.run(subject, () -> {
                    hangs.countDown();
                    mayEnd.await();
                    return subject;
                });
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void whatHangsIsToldWithItsPlaceAndAgainAfterTwiceTheTime() throws Exception {
        var lane = new Lane("run pod", 1, Duration.ofMinutes(2), watchdog);
        var hangs = new CountDownLatch(1);
        var thread = hang(lane, "tests/one", hangs);
        hangs.await();
        passes(Duration.ofSeconds(119));
        assertEquals(List.of(), told);
        passes(Duration.ofSeconds(2));
        assertEquals(1, told.size());
        assertTrue(told.getFirst().startsWith("run pod tests/one has been under way for 121 s; its thread is in "));
        assertTrue(told.getFirst().contains("called by dev.carafe.engine.WatchdogTest"), told::getFirst);
        passes(Duration.ofSeconds(60));
        assertEquals(1, told.size());
        passes(Duration.ofSeconds(62));
        assertEquals(2, told.size());
        mayEnd.countDown();
        thread.join();
        passes(Duration.ofDays(1));
        assertEquals(2, told.size());
    }

    @Test
    void ofManyOnlyTheOldestAreTold() throws Exception {
        var lane = new Lane("run pod", 20, Duration.ofMinutes(2), watchdog);
        for (var i = 0; i < 20; i++) {
            var hangs = new CountDownLatch(1);
            hang(lane, "number " + i, hangs);
            hangs.await();
            now.incrementAndGet();
        }
        passes(Duration.ofMinutes(3));
        assertEquals(16, told.size());
        assertTrue(told.getFirst().startsWith("run pod number 0 "), told::getFirst);
        mayEnd.countDown();
    }

    @Test
    void whoWaitsForAPlaceIsSeenToo() throws Exception {
        var lane = new Lane("run pod", 1, Duration.ofMinutes(2), watchdog);
        var hangs = new CountDownLatch(1);
        hang(lane, "one", hangs);
        hangs.await();
        var waits = hang(lane, "two", new CountDownLatch(1));
        while (waits.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        passes(Duration.ofMinutes(3));
        assertTrue(told.stream().anyMatch(line -> line.contains("two") && line.contains("Lane.run")), told::toString);
        mayEnd.countDown();
        waits.join();
    }

    @Test
    void tooManyWhoWaitAreRefused() throws Exception {
        var lane = new Lane("run pod", 1, Duration.ofMinutes(2), watchdog);
        var refused = new Semaphore(0);
        var threads = new ArrayList<Thread>();
        for (var i = 0; i < 4096 + 3; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    lane.run("one", () -> {
                        mayEnd.await();
                        return "done";
                    });
                } catch (Unavailable full) {
                    refused.release();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }));
        }
        refused.acquire(2);
        assertThrows(Unavailable.class, () -> lane.run("one", () -> "done"));
        mayEnd.countDown();
        for (var thread : threads) {
            thread.join();
        }
        assertEquals("done", lane.run("one", () -> "done"));
    }
}
