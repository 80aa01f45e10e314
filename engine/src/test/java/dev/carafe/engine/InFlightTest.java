package dev.carafe.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class InFlightTest {
    private final Watchdog watchdog = new Watchdog(System::nanoTime, _ -> {});
    private final InFlight<String, Integer> inFlight =
            new InFlight<>(new Lane("test", 1, Duration.ofMinutes(1), watchdog));
    private final AtomicInteger runs = new AtomicInteger();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @Test
    void theSameKeyRunsOnceForAllWhoAskMeanwhile() throws Exception {
        var first = start(() -> inFlight.join("pod", this::operation));
        begun.await();
        var joined = start(() -> inFlight.join("pod", this::operation));
        awaitWaiting(joined.thread);
        mayEnd.countDown();
        assertEquals(1, first.task.get());
        assertEquals(1, joined.task.get());
    }

    @Test
    void anInterruptEndsOnlyTheWaitingOfItsCaller() throws Exception {
        var caller = start(() -> inFlight.join("pod", this::operation));
        begun.await();
        caller.thread.interrupt();
        var seen = assertThrows(Exception.class, caller.task::get);
        assertEquals(InterruptedException.class, seen.getCause().getClass());
        var retry = start(() -> inFlight.join("pod", this::operation));
        awaitWaiting(retry.thread);
        mayEnd.countDown();
        assertEquals(1, retry.task.get(), "the operation went on and the retry joined it");
    }

    @Test
    void aFailureReachesTheCallerAsItWasThrown() {
        var failure = new NotFound("no pod with id x");
        var seen = assertThrows(
                NotFound.class,
                () -> inFlight.join("pod", () -> {
                    throw failure;
                }));
        assertSame(failure, seen);
    }

    @Test
    void anEndedOperationRunsAnew() throws Exception {
        mayEnd.countDown();
        assertEquals(1, inFlight.join("pod", this::operation));
        assertEquals(2, inFlight.join("pod", this::operation));
    }

    @Test
    void operationsBeyondTheLanesPlacesWaitForTheirTurn() throws Exception {
        var first = start(() -> inFlight.join("pod", this::operation));
        begun.await();
        var second = start(() -> inFlight.join("other pod", this::operation));
        awaitWaiting(second.thread);
        assertEquals(1, runs.get());
        mayEnd.countDown();
        assertEquals(1, first.task.get());
        assertEquals(2, second.task.get());
    }

    private int operation() throws InterruptedException {
        var run = runs.incrementAndGet();
        begun.countDown();
        assertTrue(mayEnd.await(20, TimeUnit.SECONDS));
        return run;
    }

    private static <T> Started<T> start(Callable<T> call) {
        var task = new FutureTask<>(call);
        return new Started<>(Thread.ofPlatform().daemon().start(task), task);
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    private record Started<T>(Thread thread, FutureTask<T> task) {}

    @Test
    void anInterruptInsideTheOperationIsAFailureOfTheOperation() {
        var failure = assertThrows(
                IOException.class,
                () -> inFlight.join("pod", () -> {
                    throw new InterruptedException();
                }));
        assertEquals("the operation was interrupted", failure.getMessage());
    }
}
