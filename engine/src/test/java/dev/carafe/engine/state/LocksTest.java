package dev.carafe.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LocksTest {
    private final Locks<String> locks = new Locks<>();

    @Test
    void sharersStandBesideEachOtherAndAnOwnerWaitsForAll() throws Exception {
        var owner = new FutureTask<>(() -> {
            try (var _ = locks.hold("pod")) {
                return "owned";
            }
        });
        try (var _ = locks.share("pod");
                var _ = locks.share("pod")) {
            var thread = Thread.ofPlatform().daemon().start(owner);
            while (thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            assertFalse(owner.isDone());
        }
        assertEquals("owned", owner.get());
    }

    @Test
    void objectsDoNotWaitForEachOther() throws Exception {
        var other = new FutureTask<>(() -> {
            try (var _ = locks.hold("other")) {
                return "owned";
            }
        });
        try (var _ = locks.hold("pod")) {
            Thread.ofPlatform().daemon().start(other);
            assertEquals("owned", other.get());
        }
    }
}
