package dev.carafe.daemon.ctl;

import dev.carafe.api.v1.CarafeGrpc;
import dev.carafe.api.v1.LoadImagesRequest;
import dev.carafe.api.v1.LoadImagesResponse;
import dev.carafe.api.v1.LoadedImage;
import dev.carafe.api.v1.SaveImagesRequest;
import dev.carafe.api.v1.SaveImagesResponse;
import dev.carafe.api.v1.SavedImage;
import dev.carafe.cri.v1.AttachRequest;
import dev.carafe.cri.v1.AttachResponse;
import dev.carafe.cri.v1.Container;
import dev.carafe.cri.v1.ContainerStatus;
import dev.carafe.cri.v1.ContainerStatusRequest;
import dev.carafe.cri.v1.ContainerStatusResponse;
import dev.carafe.cri.v1.ExecRequest;
import dev.carafe.cri.v1.ExecResponse;
import dev.carafe.cri.v1.ExecSyncRequest;
import dev.carafe.cri.v1.ExecSyncResponse;
import dev.carafe.cri.v1.Image;
import dev.carafe.cri.v1.ImageServiceGrpc;
import dev.carafe.cri.v1.ListContainersRequest;
import dev.carafe.cri.v1.ListContainersResponse;
import dev.carafe.cri.v1.ListImagesRequest;
import dev.carafe.cri.v1.ListImagesResponse;
import dev.carafe.cri.v1.ListPodSandboxRequest;
import dev.carafe.cri.v1.ListPodSandboxResponse;
import dev.carafe.cri.v1.PodSandbox;
import dev.carafe.cri.v1.PodSandboxStatus;
import dev.carafe.cri.v1.PodSandboxStatusRequest;
import dev.carafe.cri.v1.PodSandboxStatusResponse;
import dev.carafe.cri.v1.PortForwardRequest;
import dev.carafe.cri.v1.PortForwardResponse;
import dev.carafe.cri.v1.PullImageRequest;
import dev.carafe.cri.v1.PullImageResponse;
import dev.carafe.cri.v1.RemoveContainerRequest;
import dev.carafe.cri.v1.RemoveContainerResponse;
import dev.carafe.cri.v1.RemovePodSandboxRequest;
import dev.carafe.cri.v1.RemovePodSandboxResponse;
import dev.carafe.cri.v1.RuntimeServiceGrpc;
import dev.carafe.cri.v1.StopContainerRequest;
import dev.carafe.cri.v1.StopContainerResponse;
import dev.carafe.cri.v1.StopPodSandboxRequest;
import dev.carafe.cri.v1.StopPodSandboxResponse;
import dev.carafe.cri.v1.VersionRequest;
import dev.carafe.cri.v1.VersionResponse;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A runtime at the other end of a real socket, which answers what a test put in and remembers what it was
/// asked.
final class FakeRuntime implements AutoCloseable {
    final List<Object> asked = Collections.synchronizedList(new ArrayList<>());
    final List<PodSandbox> pods = new ArrayList<>();
    final List<Container> containers = new ArrayList<>();
    final List<Image> images = new ArrayList<>();

    /// Of the next stream.
    volatile String url = "";

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final Server server;

    FakeRuntime(Path socket) throws IOException {
        server = NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                .channelFactory(EpollServerDomainSocketChannel::new)
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .withChildOption(ChannelOption.SO_KEEPALIVE, null)
                .addService(new Runtime())
                .addService(new Images())
                .addService(new Carafe())
                .build()
                .start();
    }

    private <R> void answer(Object request, StreamObserver<R> caller, R answer) {
        asked.add(request);
        caller.onNext(answer);
        caller.onCompleted();
    }

    private final class Carafe extends CarafeGrpc.CarafeImplBase {
        @Override
        public void loadImages(LoadImagesRequest request, StreamObserver<LoadImagesResponse> caller) {
            var named = LoadedImage.newBuilder().setId("id1").addNames("registry.example/app:1");
            var response = LoadImagesResponse.newBuilder().addImages(named);
            answer(
                    request,
                    caller,
                    response.addImages(LoadedImage.newBuilder().setId("id2")).build());
        }

        @Override
        public void saveImages(SaveImagesRequest request, StreamObserver<SaveImagesResponse> caller) {
            var named = SavedImage.newBuilder().setId("id1").addNames("registry.example/app:1");
            var response = SaveImagesResponse.newBuilder().addImages(named);
            answer(
                    request,
                    caller,
                    response.addImages(SavedImage.newBuilder().setId("id2")).build());
        }
    }

    private final class Runtime extends RuntimeServiceGrpc.RuntimeServiceImplBase {
        @Override
        public void version(VersionRequest request, StreamObserver<VersionResponse> caller) {
            answer(
                    request,
                    caller,
                    VersionResponse.newBuilder()
                            .setVersion("0.1.0")
                            .setRuntimeName("fake")
                            .setRuntimeVersion("7.8.9")
                            .setRuntimeApiVersion("v1")
                            .build());
        }

        @Override
        public void listPodSandbox(ListPodSandboxRequest request, StreamObserver<ListPodSandboxResponse> caller) {
            answer(
                    request,
                    caller,
                    ListPodSandboxResponse.newBuilder().addAllItems(pods).build());
        }

        @Override
        public void podSandboxStatus(PodSandboxStatusRequest request, StreamObserver<PodSandboxStatusResponse> caller) {
            if (pods.stream().noneMatch(p -> p.getId().equals(request.getPodSandboxId()))) {
                caller.onError(Status.NOT_FOUND
                        .withDescription("no pod \u001b[31m" + request.getPodSandboxId())
                        .asRuntimeException());
                return;
            }
            answer(
                    request,
                    caller,
                    PodSandboxStatusResponse.newBuilder()
                            .setStatus(PodSandboxStatus.newBuilder().setId(request.getPodSandboxId()))
                            .putInfo("info", "{\"pid\": 9007199254740993, \"ratio\": 0.5}")
                            .putInfo("note", "plain words")
                            .build());
        }

        @Override
        public void stopPodSandbox(StopPodSandboxRequest request, StreamObserver<StopPodSandboxResponse> caller) {
            answer(request, caller, StopPodSandboxResponse.getDefaultInstance());
        }

        @Override
        public void removePodSandbox(RemovePodSandboxRequest request, StreamObserver<RemovePodSandboxResponse> caller) {
            answer(request, caller, RemovePodSandboxResponse.getDefaultInstance());
        }

        @Override
        public void listContainers(ListContainersRequest request, StreamObserver<ListContainersResponse> caller) {
            answer(
                    request,
                    caller,
                    ListContainersResponse.newBuilder()
                            .addAllContainers(containers)
                            .build());
        }

        @Override
        public void containerStatus(ContainerStatusRequest request, StreamObserver<ContainerStatusResponse> caller) {
            var container = containers.stream()
                    .filter(c -> c.getId().equals(request.getContainerId()))
                    .findFirst()
                    .orElseThrow();
            answer(
                    request,
                    caller,
                    ContainerStatusResponse.newBuilder()
                            .setStatus(ContainerStatus.newBuilder()
                                    .setId(container.getId())
                                    .setState(container.getState()))
                            .build());
        }

        @Override
        public void stopContainer(StopContainerRequest request, StreamObserver<StopContainerResponse> caller) {
            answer(request, caller, StopContainerResponse.getDefaultInstance());
        }

        @Override
        public void removeContainer(RemoveContainerRequest request, StreamObserver<RemoveContainerResponse> caller) {
            answer(request, caller, RemoveContainerResponse.getDefaultInstance());
        }

        @Override
        public void exec(ExecRequest request, StreamObserver<ExecResponse> caller) {
            answer(request, caller, ExecResponse.newBuilder().setUrl(url).build());
        }

        @Override
        public void attach(AttachRequest request, StreamObserver<AttachResponse> caller) {
            answer(request, caller, AttachResponse.newBuilder().setUrl(url).build());
        }

        @Override
        public void portForward(PortForwardRequest request, StreamObserver<PortForwardResponse> caller) {
            answer(request, caller, PortForwardResponse.newBuilder().setUrl(url).build());
        }

        @Override
        public void execSync(ExecSyncRequest request, StreamObserver<ExecSyncResponse> caller) {
            answer(
                    request,
                    caller,
                    ExecSyncResponse.newBuilder()
                            .setStdout(com.google.protobuf.ByteString.copyFrom(new byte[] {'o', (byte) 0xff, '\n'}))
                            .setStderr(com.google.protobuf.ByteString.copyFromUtf8("e\n"))
                            .setExitCode(42)
                            .build());
        }
    }

    private final class Images extends ImageServiceGrpc.ImageServiceImplBase {
        @Override
        public void listImages(ListImagesRequest request, StreamObserver<ListImagesResponse> caller) {
            answer(
                    request,
                    caller,
                    ListImagesResponse.newBuilder().addAllImages(images).build());
        }

        @Override
        public void pullImage(PullImageRequest request, StreamObserver<PullImageResponse> caller) {
            answer(
                    request,
                    caller,
                    PullImageResponse.newBuilder().setImageRef("sha256:abc").build());
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
