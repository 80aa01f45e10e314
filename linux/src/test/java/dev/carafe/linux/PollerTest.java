package dev.carafe.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PollerTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void aTimeThatIsOverIsSaidSo() throws Exception {
        try (var pipe = Pipe.open()) {
            assertFalse(Poller.shared().awaitReadable(pipe.read(), Duration.ofMillis(20)));
            assertTrue(Poller.shared().awaitWritable(pipe.write(), LONG));
        }
    }

    @Test
    void aShortTimeIsOverBesideALongOne() throws Exception {
        try (var slow = Pipe.open();
                var fast = Pipe.open();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = threads.submit(() -> Poller.shared().awaitReadable(slow.read(), LONG));
            for (var round = 0; round < 20; round++) {
                assertFalse(Poller.shared().awaitReadable(fast.read(), Duration.ofMillis(5)));
            }
            assertFalse(waiting.isDone());
            slow.write().write(new byte[1]);
            assertTrue(waiting.get());
        }
    }

    @Test
    void nobodyWaitsForLessThanHisTime() throws Exception {
        try (var pipe = Pipe.open();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var waits = new ArrayList<Future<Boolean>>();
            for (var i = 0; i < 200; i++) {
                var limit = Duration.ofMillis(i * 37 % 200);
                waits.add(threads.submit(() -> {
                    var start = System.nanoTime();
                    var isReady = Poller.shared().awaitReadable(pipe.read(), limit);
                    return isReady || System.nanoTime() - start < limit.toNanos();
                }));
            }
            for (var wait : waits) {
                assertFalse(wait.get());
            }
        }
    }

    @Test
    void thousandsWaitAtOnce() throws Exception {
        var pipes = new ArrayList<Pipe>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var waits = new ArrayList<Future<Integer>>();
            for (var i = 0; i < 1000; i++) {
                var pipe = Pipe.open();
                pipes.add(pipe);
                waits.add(threads.submit(() -> pipe.read().input().read()));
            }
            for (var pipe : pipes) {
                pipe.write().write(new byte[] {7});
            }
            for (var wait : waits) {
                assertEquals(7, wait.get());
            }
        } finally {
            pipes.forEach(Pipe::close);
        }
    }

    @Test
    void twoMayWaitOnOneDescriptor() throws Exception {
        try (var pipe = Pipe.open()) {
            var first = reader(pipe);
            var second = reader(pipe);
            pipe.write().write(new byte[] {1});
            pipe.write().write(new byte[] {1});
            assertEquals(1, first.get());
            assertEquals(1, second.get());
        }
    }

    private static FutureTask<Integer> reader(Pipe pipe) {
        var task = new FutureTask<>(() -> pipe.read().input().read());
        var thread = Thread.ofPlatform().daemon().start(task);
        while (thread.getState() != Thread.State.WAITING) { // and has set no timer
            Thread.onSpinWait();
        }
        return task;
    }

    @Test
    void closingWakesTheReader() throws Exception {
        try (var pipe = Pipe.open()) {
            var read = reader(pipe);
            pipe.read().close();
            var failure = assertThrows(Exception.class, read::get);
            assertEquals(IOException.class, failure.getCause().getClass());
            assertThrows(IOException.class, () -> pipe.read().read(new byte[1], 0, 1));
        }
    }

    @Test
    void aWidePipeTakesMuchBeforeAnybodyReads() throws Exception {
        var much = new byte[1024 * 1024];
        try (var pipe = Pipe.open()) {
            assertTrue(pipe.read().widen(much.length));
            pipe.write().write(much);
            assertFalse(Poller.shared().awaitWritable(pipe.write(), Duration.ofMillis(20)));
        }
    }

    @Test
    void whatIsNoPipeIsNotWidened() throws Exception {
        try (var nothing = Fd.openNull()) {
            assertFalse(nothing.widen(1024 * 1024));
        }
    }

    @Test
    void theEndOfAPipeIsRead() throws Exception {
        try (var pipe = Pipe.open()) {
            var read = reader(pipe);
            pipe.write().close();
            assertEquals(-1, read.get());
        }
    }

    @Test
    void aPipeWithoutAReaderIsAnError() throws Exception {
        try (var pipe = Pipe.open()) {
            pipe.read().close();
            var failure = assertThrows(ErrnoException.class, () -> pipe.write().write(new byte[1]));
            assertTrue(failure.is(Errno.EPIPE));
        }
    }
}
