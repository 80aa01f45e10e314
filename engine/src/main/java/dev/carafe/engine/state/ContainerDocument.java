package dev.carafe.engine.state;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.cri.v1.LinuxContainerUser;
import dev.carafe.cri.v1.Mount;
import io.avaje.jsonb.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A container as it stands on disk, schema 1. See [PodDocument]. Documents from before there were image volumes have
/// no ids of them, and those of limits that were never changed have none but the request's.
/// Those of containers that were not ended for what they called have no calls.
@Json
record ContainerDocument(
        String id,
        String pod,
        String name,
        String config,
        Instant createdAt,
        String handler,
        String imageId,
        String imageRef,
        String logPath,
        int pid,
        int monitorPid,
        int stopSignal,
        String user,
        List<String> mounts,
        String state,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        int exitCode,
        @Nullable String reason,
        @Nullable List<String> volumeIds,
        @Nullable String resources,
        @Nullable String forbidden) {

    static ContainerDocument of(ContainerRecord container) {
        var making = container.making();
        var process = making.process();
        var exited = container.state() instanceof ContainerState.Exited it ? it : null;
        return new ContainerDocument(
                container.id().value(),
                container.pod().value(),
                container.config().getMetadata().getName(),
                base64(container.config().toByteArray()),
                container.createdAt(),
                making.handler(),
                making.imageId(),
                making.imageRef(),
                making.logPath(),
                process.pid(),
                process.monitorPid(),
                process.stopSignal(),
                base64(process.user().toByteArray()),
                process.mounts().stream().map(m -> base64(m.toByteArray())).toList(),
                nameOf(container.state()),
                startedAt(container.state()),
                exited == null ? null : exited.finishedAt(),
                exited == null ? 0 : exited.exitCode(),
                exited == null ? null : exited.reason(),
                making.volumeIds(),
                resources(container),
                making.forbidden().isEmpty() ? null : making.forbidden());
    }

    private static @Nullable String resources(ContainerRecord container) {
        var now = container.making().resources();
        return now.equals(container.config().getLinux().getResources()) ? null : base64(now.toByteArray());
    }

    private static @Nullable Instant startedAt(ContainerState state) {
        return switch (state) {
            case ContainerState.Creating(), ContainerState.Created() -> null;
            case ContainerState.Running(var at) -> at;
            case ContainerState.Exited exited -> exited.startedAt();
        };
    }

    private static String nameOf(ContainerState state) {
        return switch (state) {
            case ContainerState.Creating() -> "creating";
            case ContainerState.Created() -> "created";
            case ContainerState.Running _ -> "running";
            case ContainerState.Exited _ -> "exited";
        };
    }

    ContainerRecord toRecord() throws InvalidProtocolBufferException {
        var request = ContainerConfig.parseFrom(bytes(config));
        return new ContainerRecord(
                new ContainerId(id),
                new PodId(pod),
                request,
                createdAt,
                new ContainerRecord.Making(
                        handler,
                        imageId,
                        imageRef,
                        volumeIds == null ? List.of() : volumeIds,
                        logPath,
                        resources == null
                                ? request.getLinux().getResources()
                                : LinuxContainerResources.parseFrom(bytes(resources)),
                        forbidden == null ? "" : forbidden,
                        process()),
                switch (state) {
                    case "creating" -> new ContainerState.Creating();
                    case "created" -> new ContainerState.Created();
                    case "running" -> new ContainerState.Running(orEpoch(startedAt));
                    case "exited" ->
                        new ContainerState.Exited(
                                orEpoch(startedAt), orEpoch(finishedAt), exitCode, reason == null ? "" : reason);
                    default -> throw new IllegalArgumentException("a container's state can't be " + state);
                });
    }

    private ContainerRecord.Process process() throws InvalidProtocolBufferException {
        var parsed = new ArrayList<Mount>();
        for (var mount : mounts) {
            parsed.add(Mount.parseFrom(bytes(mount)));
        }
        return new ContainerRecord.Process(
                pid, monitorPid, stopSignal, LinuxContainerUser.parseFrom(bytes(user)), parsed);
    }

    private static Instant orEpoch(@Nullable Instant instant) {
        return instant == null ? Instant.EPOCH : instant;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] bytes(String base64) {
        return Base64.getDecoder().decode(base64);
    }
}
