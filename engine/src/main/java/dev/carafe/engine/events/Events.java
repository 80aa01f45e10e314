package dev.carafe.engine.events;

import dev.carafe.cri.v1.ContainerEventResponse;
import dev.carafe.cri.v1.ContainerEventType;
import dev.carafe.engine.CriTime;
import dev.carafe.engine.Unavailable;
import dev.carafe.engine.WrongState;
import dev.carafe.engine.container.ContainerViews;
import dev.carafe.engine.pod.PodViews;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.PodState;
import dev.carafe.engine.state.Store;
import dev.carafe.engine.state.Stores;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Tells what becomes of containers, and of pods, which count as containers with the pod's id: created, started,
/// stopped and deleted, each once and in this order, once the change is on record. An event shows its pod and that
/// pod's containers as they are when it is told; a later event never shows earlier ones. Safe for all threads.
public final class Events {
    private static final int MAX_SUBSCRIPTIONS = 8;

    private final Stores stores;
    private final boolean enabled;
    private final Clock clock;
    private final Object telling = new Object();
    private final CopyOnWriteArrayList<Subscription> subscriptions = new CopyOnWriteArrayList<>();

    private Events(Stores stores, boolean enabled, Clock clock) {
        this.stores = stores;
        this.enabled = enabled;
        this.clock = clock;
    }

    public static Events of(Stores stores, boolean enabled, Clock clock) {
        var events = new Events(stores, enabled, clock);
        if (enabled) {
            stores.pods().observe(events.new OfPods());
            stores.containers().observe(events.new OfContainers());
        }
        return events;
    }

    /// To what happens from now on.
    public Subscription subscribe() {
        if (!enabled) {
            throw new WrongState("container events are off; enable_pod_events in [crio.runtime] turns them on");
        }
        synchronized (telling) {
            if (subscriptions.size() == MAX_SUBSCRIPTIONS) {
                throw new Unavailable("there are already " + MAX_SUBSCRIPTIONS + " streams of container events");
            }
            var subscription = new Subscription(subscriptions::remove);
            subscriptions.add(subscription);
            return subscription;
        }
    }

    private final class OfPods implements Store.Observer<PodRecord> {
        @Override
        public void changed(PodRecord before, PodRecord after) {
            if (!before.isVisible() && after.isVisible()) {
                tell(after.id().value(), after, ContainerEventType.CONTAINER_CREATED_EVENT);
            }
            if (!before.isReady() && after.isReady()) {
                tell(after.id().value(), after, ContainerEventType.CONTAINER_STARTED_EVENT);
            }
            if (!isStopped(before) && isStopped(after)) {
                tell(after.id().value(), after, ContainerEventType.CONTAINER_STOPPED_EVENT);
            }
        }

        @Override
        public void forgotten(PodRecord last) {
            if (last.isVisible()) {
                tell(last.id().value(), last, ContainerEventType.CONTAINER_DELETED_EVENT);
            }
        }

        private static boolean isStopped(PodRecord pod) {
            return pod.state() instanceof PodState.Stopped;
        }
    }

    private final class OfContainers implements Store.Observer<ContainerRecord> {
        @Override
        public void changed(ContainerRecord before, ContainerRecord after) {
            if (!before.isVisible() && after.isVisible()) {
                tell(after, ContainerEventType.CONTAINER_CREATED_EVENT);
            }
            if (!before.isRunning() && after.isRunning()) {
                tell(after, ContainerEventType.CONTAINER_STARTED_EVENT);
            }
            if (!before.hasExited() && after.hasExited()) {
                tell(after, ContainerEventType.CONTAINER_STOPPED_EVENT);
            }
        }

        @Override
        public void forgotten(ContainerRecord last) {
            if (last.isVisible()) {
                tell(last, ContainerEventType.CONTAINER_DELETED_EVENT);
            }
        }

        private void tell(ContainerRecord container, ContainerEventType type) {
            stores.pods()
                    .get(container.pod().value())
                    .ifPresent(pod -> Events.this.tell(container.id().value(), pod, type));
        }
    }

    private void tell(String id, PodRecord pod, ContainerEventType type) {
        if (subscriptions.isEmpty()) {
            return;
        }
        synchronized (telling) {
            var now = clock.instant();
            var event = ContainerEventResponse.newBuilder()
                    .setContainerId(id)
                    .setContainerEventType(type)
                    .setCreatedAt(CriTime.nanos(now))
                    .setPodSandboxStatus(PodViews.status(pod));
            for (var container : containersOf(pod)) {
                event.addContainersStatuses(ContainerViews.status(container));
            }
            var told = event.build();
            subscriptions.forEach(subscription -> subscription.offer(told));
        }
    }

    private List<ContainerRecord> containersOf(PodRecord pod) {
        return stores.containersOf(pod.id()).stream()
                .filter(ContainerRecord::isVisible)
                .toList();
    }
}
