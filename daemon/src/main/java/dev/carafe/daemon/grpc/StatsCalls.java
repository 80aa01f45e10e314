package dev.carafe.daemon.grpc;

import dev.carafe.cri.v1.ContainerStatsRequest;
import dev.carafe.cri.v1.ContainerStatsResponse;
import dev.carafe.cri.v1.ListContainerStatsRequest;
import dev.carafe.cri.v1.ListContainerStatsResponse;
import dev.carafe.cri.v1.ListMetricDescriptorsResponse;
import dev.carafe.cri.v1.ListPodSandboxMetricsResponse;
import dev.carafe.cri.v1.ListPodSandboxStatsRequest;
import dev.carafe.cri.v1.ListPodSandboxStatsResponse;
import dev.carafe.cri.v1.PodSandboxStatsRequest;
import dev.carafe.cri.v1.PodSandboxStatsResponse;
import dev.carafe.cri.v1.StreamContainerStatsRequest;
import dev.carafe.cri.v1.StreamContainerStatsResponse;
import dev.carafe.cri.v1.StreamPodSandboxMetricsResponse;
import dev.carafe.cri.v1.StreamPodSandboxStatsRequest;
import dev.carafe.cri.v1.StreamPodSandboxStatsResponse;
import dev.carafe.daemon.logging.Operation;
import dev.carafe.engine.stats.Metrics;
import dev.carafe.engine.stats.Stats;
import io.grpc.stub.StreamObserver;

/// RuntimeService's calls about what containers and pods use. Safe for all threads.
final class StatsCalls {
    private final Calls calls;
    private final Stats stats;
    private final Metrics metrics;

    StatsCalls(Calls calls, Stats stats, Metrics metrics) {
        this.calls = calls;
        this.stats = stats;
        this.metrics = metrics;
    }

    void container(ContainerStatsRequest request, StreamObserver<ContainerStatsResponse> caller) {
        var id = request.getContainerId();
        calls.answer(
                Operation.of("ContainerStats", Subject.container(id)),
                caller,
                () -> ContainerStatsResponse.newBuilder()
                        .setStats(stats.container(id))
                        .build());
    }

    void containers(ListContainerStatsRequest request, StreamObserver<ListContainerStatsResponse> caller) {
        calls.answer(
                Operation.of("ListContainerStats"),
                caller,
                () -> ListContainerStatsResponse.newBuilder()
                        .addAllStats(stats.containers(request.getFilter()))
                        .build());
    }

    void containers(StreamContainerStatsRequest request, StreamObserver<StreamContainerStatsResponse> caller) {
        calls.stream(Operation.of("StreamContainerStats"), caller, answers -> {
            for (var batch : Batches.of(stats.containers(request.getFilter()))) {
                answers.send(StreamContainerStatsResponse.newBuilder()
                        .addAllContainerStats(batch)
                        .build());
            }
        });
    }

    void pod(PodSandboxStatsRequest request, StreamObserver<PodSandboxStatsResponse> caller) {
        var id = request.getPodSandboxId();
        calls.answer(
                Operation.of("PodSandboxStats", Subject.pod(id)),
                caller,
                () -> PodSandboxStatsResponse.newBuilder()
                        .setStats(stats.pod(id))
                        .build());
    }

    void pods(ListPodSandboxStatsRequest request, StreamObserver<ListPodSandboxStatsResponse> caller) {
        calls.answer(
                Operation.of("ListPodSandboxStats"),
                caller,
                () -> ListPodSandboxStatsResponse.newBuilder()
                        .addAllStats(stats.pods(request.getFilter()))
                        .build());
    }

    void pods(StreamPodSandboxStatsRequest request, StreamObserver<StreamPodSandboxStatsResponse> caller) {
        calls.stream(Operation.of("StreamPodSandboxStats"), caller, answers -> {
            for (var batch : Batches.of(stats.pods(request.getFilter()))) {
                answers.send(StreamPodSandboxStatsResponse.newBuilder()
                        .addAllPodSandboxStats(batch)
                        .build());
            }
        });
    }

    void descriptors(StreamObserver<ListMetricDescriptorsResponse> caller) {
        calls.answer(
                Operation.of("ListMetricDescriptors"),
                caller,
                () -> ListMetricDescriptorsResponse.newBuilder()
                        .addAllDescriptors(metrics.descriptors())
                        .build());
    }

    void metrics(StreamObserver<ListPodSandboxMetricsResponse> caller) {
        calls.answer(
                Operation.of("ListPodSandboxMetrics"),
                caller,
                () -> ListPodSandboxMetricsResponse.newBuilder()
                        .addAllPodMetrics(metrics.pods())
                        .build());
    }

    void streamMetrics(StreamObserver<StreamPodSandboxMetricsResponse> caller) {
        calls.stream(Operation.of("StreamPodSandboxMetrics"), caller, answers -> {
            for (var batch : Batches.of(metrics.pods())) {
                answers.send(StreamPodSandboxMetricsResponse.newBuilder()
                        .addAllPodSandboxMetrics(batch)
                        .build());
            }
        });
    }
}
