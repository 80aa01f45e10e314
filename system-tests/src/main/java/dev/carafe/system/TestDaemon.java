package dev.carafe.system;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import dev.carafe.cri.v1.ImageServiceGrpc;
import dev.carafe.cri.v1.ImageServiceGrpc.ImageServiceBlockingStub;
import dev.carafe.cri.v1.RuntimeServiceGrpc;
import dev.carafe.cri.v1.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import dev.carafe.cri.v1.VersionRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A daemon as an operator runs it: a process of its own, started by the launcher, asked over its socket.
public final class TestDaemon implements AutoCloseable {
    private static final Path LAUNCHER = Path.of(System.getProperty("carafe.project", ".."))
            .toAbsolutePath()
            .normalize()
            .resolve("carafe");

    private final TestHost host;
    private final Process process;
    private final EventLoopGroup loop;
    private final ManagedChannel channel;
    private volatile Metadata metadata = new Metadata();

    private TestDaemon(TestHost host, Process process) {
        this.host = host;
        this.process = process;
        this.loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        this.channel = NettyChannelBuilder.forAddress(
                        new DomainSocketAddress(host.socket().toFile()))
                .eventLoopGroup(loop)
                .channelType(EpollDomainSocketChannel.class)
                .withOption(ChannelOption.SO_KEEPALIVE, null)
                .overrideAuthority("localhost")
                .usePlaintext()
                .build();
    }

    public static TestDaemon start(TestHost host) throws IOException, InterruptedException {
        return start(host, Map.of());
    }

    /// @param environment beside the test's own
    static TestDaemon start(TestHost host, Map<String, String> environment) throws IOException, InterruptedException {
        var command = new ProcessBuilder(
                        LAUNCHER.toString(),
                        "--config",
                        host.configuration().toString(),
                        "--config-dir",
                        host.work().resolve("none.d").toString(),
                        "--registries-conf",
                        host.registries().toString(),
                        "--registries-conf-dir",
                        host.work().resolve("none.d").toString())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(host.daemonLog().toFile()));
        command.environment().putAll(environment);
        var daemon = new TestDaemon(host, command.start());
        try {
            Await.present("an answer of the daemon", daemon.process::isAlive, daemon::answers);
        } catch (AssertionError e) {
            var state = daemon.process.isAlive() ? "it runs" : "it ended with " + daemon.process.exitValue();
            daemon.kill();
            throw new AssertionError(
                    e.getMessage() + "; " + state + "; its log:\n" + Files.readString(host.daemonLog()), e);
        }
        return daemon;
    }

    private Optional<Boolean> answers() {
        try {
            runtime().withDeadlineAfter(2, TimeUnit.SECONDS).version(VersionRequest.getDefaultInstance());
            return Optional.of(true);
        } catch (StatusRuntimeException notYet) {
            channel.resetConnectBackoff();
            return Optional.empty();
        }
    }

    /// Later calls of [#runtime()] and [#images()] bring it along.
    public void bring(Map<String, String> next) {
        var metadata = new Metadata();
        next.forEach((name, value) -> metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
        this.metadata = metadata;
    }

    public RuntimeServiceBlockingStub runtime() {
        return RuntimeServiceGrpc.newBlockingStub(bringing()).withDeadlineAfter(2, TimeUnit.MINUTES);
    }

    public ImageServiceBlockingStub images() {
        return ImageServiceGrpc.newBlockingStub(bringing()).withDeadlineAfter(2, TimeUnit.MINUTES);
    }

    private Channel bringing() {
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    /// How one call ended.
    ///
    /// @param message the last of its answers
    public record Answer(Status status, Optional<DynamicMessage> message) {}

    /// Any call, with any request.
    public Answer call(MethodDescriptor method, Message request) {
        var descriptor = io.grpc.MethodDescriptor.<Message, DynamicMessage>newBuilder()
                .setType(
                        method.isServerStreaming()
                                ? io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING
                                : io.grpc.MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(io.grpc.MethodDescriptor.generateFullMethodName(
                        method.getService().getFullName(), method.getName()))
                .setRequestMarshaller(ProtoUtils.marshaller(request))
                .setResponseMarshaller(ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getOutputType())))
                .build();
        var last = Optional.<DynamicMessage>empty();
        try {
            var answers = ClientCalls.blockingServerStreamingCall(
                    channel, descriptor, CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.MINUTES), request);
            while (answers.hasNext()) {
                last = Optional.of(answers.next());
            }
            return new Answer(Status.OK, last);
        } catch (StatusRuntimeException e) {
            return new Answer(e.getStatus(), last);
        }
    }

    /// `carafe ctl` against this daemon.
    public Programs.Result ctl(String... arguments) throws IOException, InterruptedException {
        return Programs.run(ctlCommand(arguments));
    }

    /// The same, for whoever runs it otherwise.
    public List<String> ctlCommand(String... arguments) {
        var command =
                new ArrayList<>(List.of(LAUNCHER.toString(), "ctl", "--runtime-endpoint", "unix://" + host.socket()));
        command.addAll(List.of(arguments));
        return command;
    }

    /// `carafe status` against this daemon.
    public List<String> statusCommand(String... arguments) {
        var command = new ArrayList<>(
                List.of(LAUNCHER.toString(), "status", "--socket", host.socket().toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    public long pid() {
        return process.pid();
    }

    /// As a crash would end it: no handler runs.
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
        disconnect();
    }

    private void disconnect() throws InterruptedException {
        channel.shutdownNow();
        channel.awaitTermination(5, TimeUnit.SECONDS);
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
    }

    /// An orderly stop: SIGTERM, and it has to end by itself.
    @Override
    public void close() throws IOException {
        Cleanup.run(this::end);
    }

    private void end() throws InterruptedException {
        if (process.isAlive()) {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the daemon did not stop on SIGTERM; log: " + host.daemonLog());
            }
        }
        disconnect();
    }

    public static String logOf(TestHost host) throws IOException {
        return Files.readString(host.daemonLog());
    }
}
