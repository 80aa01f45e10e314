package dev.carafe.engine.events;

import static dev.carafe.cri.v1.ContainerEventType.CONTAINER_CREATED_EVENT;
import static dev.carafe.cri.v1.ContainerEventType.CONTAINER_DELETED_EVENT;
import static dev.carafe.cri.v1.ContainerEventType.CONTAINER_STARTED_EVENT;
import static dev.carafe.cri.v1.ContainerEventType.CONTAINER_STOPPED_EVENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.ContainerEventResponse;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.PodSandboxState;
import dev.carafe.engine.Unavailable;
import dev.carafe.engine.WrongState;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.ContainerState;
import dev.carafe.engine.state.PodId;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.PodState;
import dev.carafe.engine.state.Stores;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class EventsTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");
    private static final String POD = "1".repeat(64);
    private static final String CONTAINER = "2".repeat(64);

    @TempDir
    private Path folder;

    private Stores stores;
    private Events events;

    @BeforeEach
    void setUp() throws IOException {
        stores = Stores.open(folder, Clock.systemUTC());
        events = Events.of(stores, true, Clock.systemUTC());
    }

    @Test
    void eachChangeIsToldOnceAndInOrder() throws IOException, InterruptedException {
        try (var subscription = events.subscribe()) {
            live();
            var told = taken(subscription);
            assertEquals(
                    List.of(
                            POD + CONTAINER_CREATED_EVENT,
                            POD + CONTAINER_STARTED_EVENT,
                            CONTAINER + CONTAINER_CREATED_EVENT,
                            CONTAINER + CONTAINER_STARTED_EVENT,
                            CONTAINER + CONTAINER_STOPPED_EVENT,
                            CONTAINER + CONTAINER_DELETED_EVENT,
                            POD + CONTAINER_STOPPED_EVENT,
                            POD + CONTAINER_DELETED_EVENT),
                    told.stream()
                            .map(event -> event.getContainerId() + event.getContainerEventType())
                            .toList());
            assertFalse(subscription.isOverrun());
        }
    }

    @Test
    void anEventShowsThePodAndItsContainersAsTheyAreThen() throws IOException, InterruptedException {
        try (var subscription = events.subscribe()) {
            live();
            var told = taken(subscription);
            var stopped = told.get(4);
            assertEquals(POD, stopped.getPodSandboxStatus().getId());
            assertEquals(
                    PodSandboxState.SANDBOX_READY, stopped.getPodSandboxStatus().getState());
            assertEquals(7, stopped.getContainersStatuses(0).getExitCode());
            assertEquals(0, told.get(5).getContainersStatusesCount());
            assertEquals(
                    PodSandboxState.SANDBOX_NOTREADY,
                    told.get(7).getPodSandboxStatus().getState());
            for (var i = 1; i < told.size(); i++) {
                assertTrue(told.get(i).getCreatedAt() >= told.get(i - 1).getCreatedAt());
            }
        }
    }

    @Test
    void whatWasNeverSeenIsNotTold() throws IOException, InterruptedException {
        try (var subscription = events.subscribe()) {
            stores.pods().begin(POD, pod());
            stores.containers().begin(CONTAINER, container());
            stores.containers().forget(CONTAINER);
            stores.pods().forget(POD);
            assertEquals(List.of(), taken(subscription));
        }
    }

    @Test
    void aSlowSubscriberGetsWhatFitsWithoutAGapAndLearnsThatItIsTooSlow() throws IOException, InterruptedException {
        try (var slow = events.subscribe();
                var quick = events.subscribe()) {
            stores.pods().begin(POD, pod());
            var quicks = 0;
            for (var i = 0; i < 2000; i++) {
                var ready = i % 2 == 0;
                stores.pods().update(POD, p -> p.with(ready ? new PodState.Ready(List.of()) : new PodState.Stopped()));
                quicks += taken(quick).size();
            }
            assertFalse(quick.isOverrun());
            assertTrue(slow.isOverrun());
            var slows = taken(slow);
            assertEquals(1024, slows.size());
            assertEquals(2001, quicks);
            assertEquals(
                    List.of(CONTAINER_CREATED_EVENT, CONTAINER_STARTED_EVENT, CONTAINER_STOPPED_EVENT),
                    slows.stream()
                            .limit(3)
                            .map(ContainerEventResponse::getContainerEventType)
                            .toList());
            stores.pods().update(POD, p -> p.with(new PodState.Ready(List.of())));
            assertEquals(List.of(), taken(slow));
        }
    }

    @Test
    void subscriptionsAreBoundedAndGivenBack() {
        var open = new ArrayList<Subscription>();
        for (var i = 0; i < 8; i++) {
            open.add(events.subscribe());
        }
        assertThrows(Unavailable.class, events::subscribe);
        open.forEach(Subscription::close);
        events.subscribe().close();
    }

    @Test
    void whereEventsAreOffNobodySubscribes() {
        assertThrows(WrongState.class, Events.of(stores, false, Clock.systemUTC())::subscribe);
    }

    private void live() throws IOException {
        stores.pods().begin(POD, pod());
        stores.pods().update(POD, p -> p.with(new PodState.Ready(List.of("10.0.0.1"))));
        stores.containers().begin(CONTAINER, container());
        stores.containers().update(CONTAINER, c -> c.with(new ContainerState.Created()));
        stores.containers().update(CONTAINER, c -> c.with(new ContainerState.Running(AT)));
        stores.containers().update(CONTAINER, c -> c.with(new ContainerState.Exited(AT, AT, 7, "Error")));
        stores.containers().forget(CONTAINER);
        stores.pods().update(POD, p -> p.with(new PodState.Stopped()));
        stores.pods().forget(POD);
    }

    private static List<ContainerEventResponse> taken(Subscription subscription) throws InterruptedException {
        var taken = new ArrayList<ContainerEventResponse>();
        for (var next = subscription.next(Duration.ZERO); next.isPresent(); next = subscription.next(Duration.ZERO)) {
            taken.add(next.get());
        }
        return taken;
    }

    private static PodRecord pod() {
        return new PodRecord(
                new PodId(POD),
                PodSandboxConfig.getDefaultInstance(),
                "runc",
                AT,
                new PodRecord.PodPlace(Map.of(), "/pod", "", PodRecord.OwnProcess.NONE, ""),
                new PodState.Starting());
    }

    private static ContainerRecord container() {
        return new ContainerRecord(
                new ContainerId(CONTAINER),
                new PodId(POD),
                ContainerConfig.getDefaultInstance(),
                AT,
                new ContainerRecord.Making(
                        "runc",
                        "image",
                        "reference",
                        List.of(),
                        "",
                        LinuxContainerResources.getDefaultInstance(),
                        "",
                        ContainerRecord.Process.NONE),
                new ContainerState.Creating());
    }
}
