package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UninterruptedTest {
    @Test
    void theWorkIsDoneThoughItsCallerIsInterruptedAgainAndAgain() throws Exception {
        var begun = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var isDone = new AtomicBoolean();
        var isInterrupted = new AtomicBoolean();
        var caller = Thread.ofVirtual().start(() -> {
            try {
                Uninterrupted.run("work", () -> {
                    begun.countDown();
                    goOn.await();
                    isDone.set(true);
                });
            } catch (IOException e) {
                throw new AssertionError(e);
            } finally {
                isInterrupted.set(Thread.interrupted());
            }
        });
        begun.await();
        for (var i = 0; i < 3; i++) {
            caller.interrupt();
            Thread.sleep(20);
        }
        assertTrue(caller.isAlive());
        goOn.countDown();
        caller.join();
        assertTrue(isDone.get());
        assertTrue(isInterrupted.get());
    }

    @Test
    void aFailureIsTheCallers() {
        var failure = assertThrows(
                IOException.class,
                () -> Uninterrupted.run("work", () -> {
                    throw new IOException("why");
                }));
        assertEquals("why", failure.getMessage());
        assertFalse(Thread.interrupted());
    }
}
