package dev.carafe.daemon.grpc;

import dev.carafe.cri.v1.ContainerEventResponse;
import dev.carafe.daemon.logging.Operation;
import dev.carafe.engine.events.Events;
import dev.carafe.engine.events.Subscription;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// RuntimeService's stream of events. What a caller does not take waits in its subscription, which is bounded.
/// Safe for all threads.
final class EventCalls {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    /// gRPC tells no waiting thread when a caller reads on.
    private static final Duration READY_AGAIN = Duration.ofMillis(20);

    private final Calls calls;
    private final Events events;
    private final CountDownLatch stopping = new CountDownLatch(1);

    EventCalls(Calls calls, Events events) {
        this.calls = calls;
        this.events = events;
    }

    void stop() {
        stopping.countDown();
    }

    void stream(StreamObserver<ContainerEventResponse> caller) {
        calls.stream(Operation.of("GetContainerEvents"), caller, answers -> {
            try (var subscription = events.subscribe()) {
                pass(subscription, answers);
            } catch (InterruptedException hungUp) {
                // As every such stream ends.
            }
        });
    }

    private void pass(Subscription subscription, Answers<ContainerEventResponse> answers) throws InterruptedException {
        var stopped = false;
        while (!stopped) {
            if (answers.isReady()) {
                subscription.next(LOOK_AGAIN).ifPresent(answers::send);
                stopped = stopping.getCount() == 0;
            } else {
                stopped = stopping.await(READY_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            }
            if (subscription.isOverrun()) {
                calls.observer().eventsLost();
                throw Status.RESOURCE_EXHAUSTED
                        .withDescription("events were not read as fast as they came and are lost from here on; list"
                                + " pods and containers, and ask for events again")
                        .asRuntimeException();
            }
        }
    }
}
