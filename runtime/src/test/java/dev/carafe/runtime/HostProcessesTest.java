package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How many looks many askers need.
@Timeout(30)
class HostProcessesTest {
    private final AtomicInteger looks = new AtomicInteger();
    private final CountDownLatch first = new CountDownLatch(1);

    /// The first takes its time; each sees one process, which has the look's number.
    private final HostProcesses processes = new HostProcesses(() -> {
        var number = looks.incrementAndGet();
        if (number == 1) {
            awaitQuietly();
        }
        return List.of(new HostProcess(number, true, 0, 0, 0));
    });

    private void awaitQuietly() {
        try {
            first.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private FutureTask<Integer> ask() {
        var task = new FutureTask<>(() -> processes.all().getFirst().pid());
        var thread = Thread.ofPlatform().daemon().start(task);
        while (thread.getState() != Thread.State.WAITING) { // for the look, or in it
            Thread.onSpinWait();
        }
        return task;
    }

    @Test
    void whoAsksDuringALookSharesTheNextWithAllWhoWait() throws Exception {
        var early = ask();
        var late = new ArrayList<FutureTask<Integer>>();
        for (var i = 0; i < 10; i++) {
            late.add(ask());
        }
        first.countDown();
        assertEquals(1, early.get());
        for (var asker : late) {
            assertEquals(2, asker.get());
        }
    }

    @Test
    void whoAsksLaterIsGivenNothingOld() throws Exception {
        first.countDown();
        assertEquals(1, processes.all().getFirst().pid());
        assertEquals(2, processes.all().getFirst().pid());
    }
}
