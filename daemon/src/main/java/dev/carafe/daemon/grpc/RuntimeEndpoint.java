package dev.carafe.daemon.grpc;

import dev.carafe.cri.v1.AttachRequest;
import dev.carafe.cri.v1.AttachResponse;
import dev.carafe.cri.v1.ContainerEventResponse;
import dev.carafe.cri.v1.ContainerStatsRequest;
import dev.carafe.cri.v1.ContainerStatsResponse;
import dev.carafe.cri.v1.ContainerStatusRequest;
import dev.carafe.cri.v1.ContainerStatusResponse;
import dev.carafe.cri.v1.CreateContainerRequest;
import dev.carafe.cri.v1.CreateContainerResponse;
import dev.carafe.cri.v1.ExecRequest;
import dev.carafe.cri.v1.ExecResponse;
import dev.carafe.cri.v1.ExecSyncRequest;
import dev.carafe.cri.v1.ExecSyncResponse;
import dev.carafe.cri.v1.GetEventsRequest;
import dev.carafe.cri.v1.ListContainerStatsRequest;
import dev.carafe.cri.v1.ListContainerStatsResponse;
import dev.carafe.cri.v1.ListContainersRequest;
import dev.carafe.cri.v1.ListContainersResponse;
import dev.carafe.cri.v1.ListMetricDescriptorsRequest;
import dev.carafe.cri.v1.ListMetricDescriptorsResponse;
import dev.carafe.cri.v1.ListPodSandboxMetricsRequest;
import dev.carafe.cri.v1.ListPodSandboxMetricsResponse;
import dev.carafe.cri.v1.ListPodSandboxRequest;
import dev.carafe.cri.v1.ListPodSandboxResponse;
import dev.carafe.cri.v1.ListPodSandboxStatsRequest;
import dev.carafe.cri.v1.ListPodSandboxStatsResponse;
import dev.carafe.cri.v1.PodSandboxStatsRequest;
import dev.carafe.cri.v1.PodSandboxStatsResponse;
import dev.carafe.cri.v1.PodSandboxStatusRequest;
import dev.carafe.cri.v1.PodSandboxStatusResponse;
import dev.carafe.cri.v1.PortForwardRequest;
import dev.carafe.cri.v1.PortForwardResponse;
import dev.carafe.cri.v1.RemoveContainerRequest;
import dev.carafe.cri.v1.RemoveContainerResponse;
import dev.carafe.cri.v1.RemovePodSandboxRequest;
import dev.carafe.cri.v1.RemovePodSandboxResponse;
import dev.carafe.cri.v1.ReopenContainerLogRequest;
import dev.carafe.cri.v1.ReopenContainerLogResponse;
import dev.carafe.cri.v1.RunPodSandboxRequest;
import dev.carafe.cri.v1.RunPodSandboxResponse;
import dev.carafe.cri.v1.RuntimeConfigRequest;
import dev.carafe.cri.v1.RuntimeConfigResponse;
import dev.carafe.cri.v1.RuntimeServiceGrpc;
import dev.carafe.cri.v1.StartContainerRequest;
import dev.carafe.cri.v1.StartContainerResponse;
import dev.carafe.cri.v1.StatusRequest;
import dev.carafe.cri.v1.StatusResponse;
import dev.carafe.cri.v1.StopContainerRequest;
import dev.carafe.cri.v1.StopContainerResponse;
import dev.carafe.cri.v1.StopPodSandboxRequest;
import dev.carafe.cri.v1.StopPodSandboxResponse;
import dev.carafe.cri.v1.StreamContainerStatsRequest;
import dev.carafe.cri.v1.StreamContainerStatsResponse;
import dev.carafe.cri.v1.StreamContainersRequest;
import dev.carafe.cri.v1.StreamContainersResponse;
import dev.carafe.cri.v1.StreamPodSandboxMetricsRequest;
import dev.carafe.cri.v1.StreamPodSandboxMetricsResponse;
import dev.carafe.cri.v1.StreamPodSandboxStatsRequest;
import dev.carafe.cri.v1.StreamPodSandboxStatsResponse;
import dev.carafe.cri.v1.StreamPodSandboxesRequest;
import dev.carafe.cri.v1.StreamPodSandboxesResponse;
import dev.carafe.cri.v1.UpdateContainerResourcesRequest;
import dev.carafe.cri.v1.UpdateContainerResourcesResponse;
import dev.carafe.cri.v1.UpdatePodSandboxResourcesRequest;
import dev.carafe.cri.v1.UpdatePodSandboxResourcesResponse;
import dev.carafe.cri.v1.UpdateRuntimeConfigRequest;
import dev.carafe.cri.v1.UpdateRuntimeConfigResponse;
import dev.carafe.cri.v1.VersionRequest;
import dev.carafe.cri.v1.VersionResponse;
import dev.carafe.daemon.logging.Operation;
import dev.carafe.engine.Engine;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.Node;
import dev.carafe.engine.container.Containers;
import dev.carafe.engine.pod.Pods;
import dev.carafe.streaming.StreamingServer;
import dev.carafe.streaming.Streams;
import io.grpc.stub.StreamObserver;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;

/// RuntimeService. What it does not override answers UNIMPLEMENTED with the call's name, for which the kubelet
/// has fallbacks. Safe for all threads.
final class RuntimeEndpoint extends RuntimeServiceGrpc.RuntimeServiceImplBase {
    private static final System.Logger LOG = System.getLogger(RuntimeEndpoint.class.getName());

    /// Of the kubelet's old API; it checks that it stays so.
    private static final String KUBELET_API_VERSION = "0.1.0";

    private static final String RUNTIME_API_VERSION = "v1";

    /// A hundred years: no arithmetic with instants overflows.
    private static final long MAX_SECONDS = 100L * 365 * 24 * 60 * 60;

    private final Calls calls;
    private final Pods pods;
    private final Containers containers;
    private final Node node;
    private final StreamingServer streams;
    private final Identity identity;
    private final StatsCalls stats;
    private final EventCalls events;

    RuntimeEndpoint(Calls calls, Engine engine, StreamingServer streams, Identity identity) {
        this.calls = calls;
        this.pods = engine.pods();
        this.containers = engine.containers();
        this.node = engine.node();
        this.streams = streams;
        this.identity = identity;
        this.stats = new StatsCalls(calls, engine.stats(), engine.metrics());
        this.events = new EventCalls(calls, engine.events());
    }

    @Override
    public void version(VersionRequest request, StreamObserver<VersionResponse> caller) {
        calls.answer(
                Operation.of("Version"),
                caller,
                () -> VersionResponse.newBuilder()
                        .setVersion(KUBELET_API_VERSION)
                        .setRuntimeName(identity.name())
                        .setRuntimeVersion(identity.version())
                        .setRuntimeApiVersion(RUNTIME_API_VERSION)
                        .build());
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> caller) {
        calls.answer(Operation.of("Status"), caller, () -> node.status(request.getVerbose()));
    }

    @Override
    public void runtimeConfig(RuntimeConfigRequest request, StreamObserver<RuntimeConfigResponse> caller) {
        calls.answer(Operation.of("RuntimeConfig"), caller, node::runtimeConfig);
    }

    @Override
    public void updateRuntimeConfig(
            UpdateRuntimeConfigRequest request, StreamObserver<UpdateRuntimeConfigResponse> caller) {
        calls.answer(Operation.of("UpdateRuntimeConfig"), caller, () -> {
            node.update(request.getRuntimeConfig());
            return UpdateRuntimeConfigResponse.getDefaultInstance();
        });
    }

    @Override
    public void runPodSandbox(RunPodSandboxRequest request, StreamObserver<RunPodSandboxResponse> caller) {
        var operation =
                Operation.of("RunPodSandbox", Subject.pod(request.getConfig().getMetadata()));
        calls.answer(operation, caller, () -> {
            var id = pods.run(request.getConfig(), request.getRuntimeHandler());
            LOG.log(Level.INFO, "pod {0} is ready", id);
            return RunPodSandboxResponse.newBuilder().setPodSandboxId(id).build();
        });
    }

    @Override
    public void stopPodSandbox(StopPodSandboxRequest request, StreamObserver<StopPodSandboxResponse> caller) {
        var id = request.getPodSandboxId();
        calls.answer(Operation.of("StopPodSandbox", Subject.pod(id)), caller, () -> {
            pods.stop(id);
            LOG.log(Level.INFO, "pod {0} is stopped", id);
            return StopPodSandboxResponse.getDefaultInstance();
        });
    }

    @Override
    public void removePodSandbox(RemovePodSandboxRequest request, StreamObserver<RemovePodSandboxResponse> caller) {
        var id = request.getPodSandboxId();
        calls.answer(Operation.of("RemovePodSandbox", Subject.pod(id)), caller, () -> {
            pods.remove(id);
            LOG.log(Level.INFO, "pod {0} is removed", id);
            return RemovePodSandboxResponse.getDefaultInstance();
        });
    }

    @Override
    public void podSandboxStatus(PodSandboxStatusRequest request, StreamObserver<PodSandboxStatusResponse> caller) {
        var id = request.getPodSandboxId();
        calls.answer(
                Operation.of("PodSandboxStatus", Subject.pod(id)), caller, () -> pods.status(id, request.getVerbose()));
    }

    @Override
    public void listPodSandbox(ListPodSandboxRequest request, StreamObserver<ListPodSandboxResponse> caller) {
        calls.answer(
                Operation.of("ListPodSandbox"),
                caller,
                () -> ListPodSandboxResponse.newBuilder()
                        .addAllItems(pods.list(request.getFilter()))
                        .build());
    }

    @Override
    public void streamPodSandboxes(
            StreamPodSandboxesRequest request, StreamObserver<StreamPodSandboxesResponse> caller) {
        calls.stream(Operation.of("StreamPodSandboxes"), caller, answers -> {
            for (var batch : Batches.of(pods.list(request.getFilter()))) {
                answers.send(StreamPodSandboxesResponse.newBuilder()
                        .addAllPodSandboxes(batch)
                        .build());
            }
        });
    }

    @Override
    public void createContainer(CreateContainerRequest request, StreamObserver<CreateContainerResponse> caller) {
        var operation = Operation.of(
                "CreateContainer",
                Subject.pod(request.getPodSandboxId()),
                Subject.container(request.getConfig().getMetadata()));
        calls.answer(operation, caller, () -> {
            var id = containers.create(request.getPodSandboxId(), request.getConfig());
            LOG.log(Level.INFO, "container {0} is created", id);
            return CreateContainerResponse.newBuilder().setContainerId(id).build();
        });
    }

    @Override
    public void startContainer(StartContainerRequest request, StreamObserver<StartContainerResponse> caller) {
        var id = request.getContainerId();
        calls.answer(Operation.of("StartContainer", Subject.container(id)), caller, () -> {
            containers.start(id);
            LOG.log(Level.INFO, "container {0} is started", id);
            return StartContainerResponse.getDefaultInstance();
        });
    }

    @Override
    public void stopContainer(StopContainerRequest request, StreamObserver<StopContainerResponse> caller) {
        var id = request.getContainerId();
        calls.answer(Operation.of("StopContainer", Subject.container(id)), caller, () -> {
            containers.stop(id, seconds(request.getTimeout()));
            LOG.log(Level.INFO, "container {0} is stopped", id);
            return StopContainerResponse.getDefaultInstance();
        });
    }

    /// Without Linux's resources there is nothing to do, as with CRI-O.
    @Override
    public void updateContainerResources(
            UpdateContainerResourcesRequest request, StreamObserver<UpdateContainerResourcesResponse> caller) {
        var id = request.getContainerId();
        calls.answer(Operation.of("UpdateContainerResources", Subject.container(id)), caller, () -> {
            containers.update(id, request.getLinux());
            LOG.log(Level.INFO, "resources of container {0} are updated", id);
            return UpdateContainerResourcesResponse.getDefaultInstance();
        });
    }

    @Override
    public void updatePodSandboxResources(
            UpdatePodSandboxResourcesRequest request, StreamObserver<UpdatePodSandboxResourcesResponse> caller) {
        var id = request.getPodSandboxId();
        calls.answer(Operation.of("UpdatePodSandboxResources", Subject.pod(id)), caller, () -> {
            pods.update(
                    id,
                    request.hasOverhead() ? Optional.of(request.getOverhead()) : Optional.empty(),
                    request.hasResources() ? Optional.of(request.getResources()) : Optional.empty());
            return UpdatePodSandboxResourcesResponse.getDefaultInstance();
        });
    }

    @Override
    public void removeContainer(RemoveContainerRequest request, StreamObserver<RemoveContainerResponse> caller) {
        var id = request.getContainerId();
        calls.answer(Operation.of("RemoveContainer", Subject.container(id)), caller, () -> {
            containers.remove(id);
            LOG.log(Level.INFO, "container {0} is removed", id);
            return RemoveContainerResponse.getDefaultInstance();
        });
    }

    @Override
    public void containerStatus(ContainerStatusRequest request, StreamObserver<ContainerStatusResponse> caller) {
        var id = request.getContainerId();
        calls.answer(
                Operation.of("ContainerStatus", Subject.container(id)),
                caller,
                () -> containers.status(id, request.getVerbose()));
    }

    @Override
    public void listContainers(ListContainersRequest request, StreamObserver<ListContainersResponse> caller) {
        calls.answer(
                Operation.of("ListContainers"),
                caller,
                () -> ListContainersResponse.newBuilder()
                        .addAllContainers(containers.list(request.getFilter()))
                        .build());
    }

    @Override
    public void streamContainers(StreamContainersRequest request, StreamObserver<StreamContainersResponse> caller) {
        calls.stream(Operation.of("StreamContainers"), caller, answers -> {
            for (var batch : Batches.of(containers.list(request.getFilter()))) {
                answers.send(StreamContainersResponse.newBuilder()
                        .addAllContainers(batch)
                        .build());
            }
        });
    }

    /// Its command is not logged: secrets are handed over on command lines.
    @Override
    public void execSync(ExecSyncRequest request, StreamObserver<ExecSyncResponse> caller) {
        var id = request.getContainerId();
        calls.answer(
                Operation.of("ExecSync", Subject.container(id)),
                caller,
                () -> containers.execSync(id, request.getCmdList(), seconds(request.getTimeout())));
    }

    @Override
    public void exec(ExecRequest request, StreamObserver<ExecResponse> caller) {
        var id = request.getContainerId();
        calls.answer(Operation.of("Exec", Subject.container(id)), caller, () -> {
            var wanted = streams(request.getStdin(), request.getStdout(), request.getStderr(), request.getTty());
            var container = containers.requireExec(id, request.getCmdList());
            var url = streams.exec(container, request.getCmdList(), wanted);
            return ExecResponse.newBuilder().setUrl(url).build();
        });
    }

    @Override
    public void attach(AttachRequest request, StreamObserver<AttachResponse> caller) {
        var id = request.getContainerId();
        calls.answer(Operation.of("Attach", Subject.container(id)), caller, () -> {
            var wanted = streams(request.getStdin(), request.getStdout(), request.getStderr(), request.getTty());
            var url = streams.attach(containers.requireAttach(id), wanted);
            return AttachResponse.newBuilder().setUrl(url).build();
        });
    }

    private static Streams streams(boolean stdin, boolean stdout, boolean stderr, boolean tty) {
        try {
            return new Streams(stdin, stdout, stderr, tty);
        } catch (IllegalArgumentException e) {
            throw new Invalid(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void portForward(PortForwardRequest request, StreamObserver<PortForwardResponse> caller) {
        var id = request.getPodSandboxId();
        calls.answer(Operation.of("PortForward", Subject.pod(id)), caller, () -> {
            var url = streams.portForward(pods.requirePortForward(id), request.getPortList());
            return PortForwardResponse.newBuilder().setUrl(url).build();
        });
    }

    @Override
    public void reopenContainerLog(
            ReopenContainerLogRequest request, StreamObserver<ReopenContainerLogResponse> caller) {
        var id = request.getContainerId();
        calls.answer(Operation.of("ReopenContainerLog", Subject.container(id)), caller, () -> {
            containers.reopenLog(id);
            return ReopenContainerLogResponse.getDefaultInstance();
        });
    }

    @Override
    public void containerStats(ContainerStatsRequest request, StreamObserver<ContainerStatsResponse> caller) {
        stats.container(request, caller);
    }

    @Override
    public void listContainerStats(
            ListContainerStatsRequest request, StreamObserver<ListContainerStatsResponse> caller) {
        stats.containers(request, caller);
    }

    @Override
    public void streamContainerStats(
            StreamContainerStatsRequest request, StreamObserver<StreamContainerStatsResponse> caller) {
        stats.containers(request, caller);
    }

    @Override
    public void podSandboxStats(PodSandboxStatsRequest request, StreamObserver<PodSandboxStatsResponse> caller) {
        stats.pod(request, caller);
    }

    @Override
    public void listPodSandboxStats(
            ListPodSandboxStatsRequest request, StreamObserver<ListPodSandboxStatsResponse> caller) {
        stats.pods(request, caller);
    }

    @Override
    public void listMetricDescriptors(
            ListMetricDescriptorsRequest request, StreamObserver<ListMetricDescriptorsResponse> caller) {
        stats.descriptors(caller);
    }

    @Override
    public void listPodSandboxMetrics(
            ListPodSandboxMetricsRequest request, StreamObserver<ListPodSandboxMetricsResponse> caller) {
        stats.metrics(caller);
    }

    @Override
    public void streamPodSandboxMetrics(
            StreamPodSandboxMetricsRequest request, StreamObserver<StreamPodSandboxMetricsResponse> caller) {
        stats.streamMetrics(caller);
    }

    @Override
    public void streamPodSandboxStats(
            StreamPodSandboxStatsRequest request, StreamObserver<StreamPodSandboxStatsResponse> caller) {
        stats.pods(request, caller);
    }

    @Override
    public void getContainerEvents(GetEventsRequest request, StreamObserver<ContainerEventResponse> caller) {
        events.stream(caller);
    }

    /// Ends the calls that would go on for ever.
    void stop() {
        events.stop();
    }

    /// A client's number of any size; less than nothing is nothing.
    private static Duration seconds(long count) {
        return Duration.ofSeconds(Math.clamp(count, 0, MAX_SECONDS));
    }
}
