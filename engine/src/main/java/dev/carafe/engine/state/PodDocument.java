package dev.carafe.engine.state;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.linux.NamespaceKind;
import io.avaje.jsonb.Json;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A pod as it stands on disk, schema 1. Name and namespace are there for whoever reads the file; the request
/// itself is kept as the bytes that came, which later versions can read too. Documents from before pods had processes
/// of their own or levels lack those.
@Json
record PodDocument(
        String id,
        String namespace,
        String name,
        String config,
        String handler,
        Instant createdAt,
        Map<String, String> namespaces,
        String cgroup,
        String madeCgroup,
        String state,
        @Nullable List<String> addresses,
        @Nullable String processImage,
        int processPid,
        int processMonitorPid,
        @Nullable String level) {

    static PodDocument of(PodRecord pod) {
        return new PodDocument(
                pod.id().value(),
                pod.config().getMetadata().getNamespace(),
                pod.config().getMetadata().getName(),
                Base64.getEncoder().encodeToString(pod.config().toByteArray()),
                pod.handler(),
                pod.createdAt(),
                pod.place().namespaces().entrySet().stream()
                        .collect(Collectors.toMap(
                                e -> e.getKey().name(), e -> e.getValue().toString())),
                pod.place().cgroup(),
                pod.place().madeCgroup(),
                switch (pod.state()) {
                    case PodState.Starting() -> "starting";
                    case PodState.Ready _ -> "ready";
                    case PodState.Stopped() -> "stopped";
                },
                pod.state() instanceof PodState.Ready(var addresses) ? addresses : null,
                pod.place().process().imageId(),
                pod.place().process().pid(),
                pod.place().process().monitorPid(),
                pod.place().level().isEmpty() ? null : pod.place().level());
    }

    PodRecord toRecord() throws InvalidProtocolBufferException {
        return new PodRecord(
                new PodId(id),
                PodSandboxConfig.parseFrom(Base64.getDecoder().decode(config)),
                handler,
                createdAt,
                new PodRecord.PodPlace(
                        namespaces.entrySet().stream()
                                .collect(Collectors.toMap(
                                        e -> NamespaceKind.valueOf(e.getKey()), e -> Path.of(e.getValue()))),
                        cgroup,
                        madeCgroup,
                        new PodRecord.OwnProcess(
                                processImage == null ? "" : processImage, processPid, processMonitorPid),
                        level == null ? "" : level),
                switch (state) {
                    case "starting" -> new PodState.Starting();
                    case "ready" -> new PodState.Ready(addresses == null ? List.of() : addresses);
                    case "stopped" -> new PodState.Stopped();
                    default -> throw new IllegalArgumentException("a pod's state can't be " + state);
                });
    }
}
