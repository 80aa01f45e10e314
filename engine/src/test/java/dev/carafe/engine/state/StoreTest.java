package dev.carafe.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.ContainerMetadata;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.cri.v1.LinuxContainerUser;
import dev.carafe.cri.v1.Mount;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.PodSandboxMetadata;
import dev.carafe.engine.NotFound;
import dev.carafe.linux.NamespaceKind;
import dev.carafe.storage.RecordFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class StoreTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678901234Z");

    @TempDir
    Path folder;

    private Stores open() throws IOException {
        return Stores.open(folder, Clock.systemUTC());
    }

    static List<PodState> podStates() {
        return List.of(
                new PodState.Starting(),
                new PodState.Ready(List.of("10.1.2.3", "fd00::3")),
                new PodState.Ready(List.of()),
                new PodState.Stopped());
    }

    @ParameterizedTest
    @MethodSource("podStates")
    void aPodIsFoundAgainAsItWas(PodState state) throws IOException {
        var pod = pod(state);
        open().pods().begin(pod.id().value(), pod);
        assertEquals(pod, open().pods().require(pod.id().value()));
    }

    static List<ContainerState> containerStates() {
        return List.of(
                new ContainerState.Creating(),
                new ContainerState.Created(),
                new ContainerState.Running(AT),
                new ContainerState.Exited(AT, AT.plusSeconds(3), 137, "OOMKilled"));
    }

    @ParameterizedTest
    @MethodSource("containerStates")
    void aContainerIsFoundAgainAsItWas(ContainerState state) throws IOException {
        var container = container(state);
        open().containers().begin(container.id().value(), container);
        assertEquals(container, open().containers().require(container.id().value()));
    }

    @Test
    void recordsOfEarlierVersionsAreUnderstood() throws IOException {
        var pod = pod(new PodState.Stopped());
        var container = container(new ContainerState.Created());
        var stores = open();
        stores.pods().begin(pod.id().value(), pod);
        stores.containers().begin(container.id().value(), container);
        without("pods", pod.id().value(), ",\"process(Image\":\"pauseid\"|Pid\":22|MonitorPid\":21)");
        without("containers", container.id().value(), ",\"volumeIds\":\\[\"dataid\"\\]");
        var read = open();
        assertEquals(
                PodRecord.OwnProcess.NONE,
                read.pods().require(pod.id().value()).place().process());
        assertEquals(
                List.of(),
                read.containers().require(container.id().value()).making().volumeIds());
    }

    private void without(String kind, String id, String fields) throws IOException {
        var records = RecordFolder.open(folder.resolve(kind), 1);
        var document = records.readAll().documents().get(id);
        var earlier = document.replaceAll(fields, "");
        assertNotEquals(document, earlier);
        assertFalse(earlier.contains("process") || earlier.contains("volumeIds"), earlier);
        records.write(id, earlier);
    }

    @Test
    void anUnambiguousBeginningStandsForTheId() throws IOException {
        var stores = open();
        var first = pod(new PodState.Stopped());
        stores.pods().begin(first.id().value(), first);
        assertEquals(first, stores.pods().require(first.id().value().substring(0, 12)));
        assertEquals(first, stores.pods().require(first.id().value().substring(0, 1)));
        assertTrue(stores.pods().find("").isEmpty());
        var twin = new PodId(
                (first.id().value().startsWith("0") ? "0" : first.id().value().substring(0, 1)) + "0".repeat(63));
        stores.pods().begin(twin.value(), first);
        assertThrows(NotFound.class, () -> stores.pods().require(twin.value().substring(0, 1)));
    }

    @Test
    void whatIsForgottenStaysForgotten() throws IOException {
        var stores = open();
        var pod = pod(new PodState.Stopped());
        stores.pods().begin(pod.id().value(), pod);
        stores.pods().forget(pod.id().value());
        stores.pods().forget(pod.id().value());
        assertTrue(open().pods().all().isEmpty());
        assertThrows(NotFound.class, () -> stores.pods().update(pod.id().value(), p -> p));
    }

    @Test
    void aDamagedRecordLosesOnlyItself() throws IOException {
        var stores = open();
        var lost = pod(new PodState.Stopped());
        var kept = pod(new PodState.Stopped());
        stores.pods().begin(lost.id().value(), lost);
        stores.pods().begin(kept.id().value(), kept);
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(
                            f -> f.getFileName().toString().startsWith(lost.id().value()))
                    .toList()) {
                Files.writeString(file, "{\"half\":");
            }
        }
        assertEquals(List.of(kept), open().pods().all());
    }

    @Test
    void documentsThatAreCutAnywhereAreLeftOut() throws IOException {
        var stores = open();
        var pod = pod(new PodState.Ready(List.of("10.1.2.3")));
        var container = container(new ContainerState.Running(AT));
        stores.pods().begin(pod.id().value(), pod);
        stores.containers().begin(container.id().value(), container);
        writeCut(folder.resolve("pods"));
        writeCut(folder.resolve("containers"));
        assertEquals(List.of(pod), open().pods().all());
        assertEquals(List.of(container), open().containers().all());
    }

    /// Beside the one record in the folder, with checksums that hold.
    private static void writeCut(Path records) throws IOException {
        var written = RecordFolder.open(records, 1);
        var json = written.readAll().documents().values().iterator().next();
        for (var length = 0; length < json.length(); length++) {
            written.write("cut" + length, json.substring(0, length));
        }
    }

    @Test
    void aWaiterSeesTheChangeItWaitsFor() throws Exception {
        var stores = open();
        var container = container(new ContainerState.Running(AT));
        var id = container.id().value();
        stores.containers().begin(id, container);
        var waiting = waiter(stores, id, Instant.MAX);
        stores.containers().update(id, c -> c.with(c.state().exited(AT, 0, "Completed")));
        assertTrue(waiting.get());
    }

    @Test
    void aWaiterIsToldWhenTheObjectGoes() throws Exception {
        var stores = open();
        var container = container(new ContainerState.Running(AT));
        var id = container.id().value();
        stores.containers().begin(id, container);
        var waiting = waiter(stores, id, Instant.MAX);
        stores.containers().forget(id);
        assertTrue(waiting.get());
    }

    @Test
    void aPassedDeadlineEndsTheWait() throws Exception {
        var stores = open();
        var container = container(new ContainerState.Running(AT));
        stores.containers().begin(container.id().value(), container);
        assertFalse(waiter(stores, container.id().value(), Instant.EPOCH).get());
    }

    @Test
    void whatHasHappenedIsVisibleThoughTheDiskRefusesItAndOnRecordOnceItDoesNot() throws Exception {
        var stores = open();
        var pod = pod(new PodState.Ready(List.of()));
        var id = pod.id().value();
        stores.pods().begin(id, pod);
        var records = folder.resolve("pods");
        var away = folder.resolve("away");
        Files.move(records, away);
        assertThrows(IOException.class, () -> stores.pods().update(id, p -> p.with(new PodState.Stopped())));
        assertEquals(pod, stores.pods().require(id));
        stores.pods().note(id, p -> p.with(new PodState.Stopped()));
        assertEquals(new PodState.Stopped(), stores.pods().require(id).state());
        Files.move(away, records);
        while (!open().pods().require(id).state().equals(new PodState.Stopped())) {
            Thread.sleep(50);
        }
    }

    private static FutureTask<Boolean> waiter(Stores stores, String id, Instant deadline) {
        var task = new FutureTask<>(() -> stores.containers().await(id, ContainerRecord::hasExited, () -> deadline));
        var thread = Thread.ofPlatform().daemon().start(task);
        while (!task.isDone() && thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        return task;
    }

    static PodRecord pod(PodState state) {
        var config = PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName("web")
                        .setNamespace("default")
                        .setUid("u"))
                .putLabels("app", "web")
                .build();
        var id = PodId.random();
        var place = new PodRecord.PodPlace(
                Map.of(NamespaceKind.NETWORK, Path.of("/run/netns/" + id)),
                "/kubepods/pod1",
                "/kubepods/pod1",
                new PodRecord.OwnProcess("pauseid", 22, 21),
                "s0:c1,c2");
        return new PodRecord(id, config, "runc", AT, place, state);
    }

    static ContainerRecord container(ContainerState state) {
        var config = ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName("app").setAttempt(2))
                .build();
        var process = new ContainerRecord.Process(
                12,
                11,
                15,
                LinuxContainerUser.newBuilder().setUid(1000).build(),
                List.of(Mount.newBuilder().setHostPath("/a").build()));
        var making = new ContainerRecord.Making(
                "runc",
                "imageid",
                "repo@sha256:1",
                List.of("dataid"),
                "/logs/app/2.log",
                LinuxContainerResources.newBuilder()
                        .setMemoryLimitInBytes(1 << 25)
                        .build(),
                "chroot (1x)",
                process);
        return new ContainerRecord(ContainerId.random(), PodId.random(), config, AT, making, state);
    }
}
