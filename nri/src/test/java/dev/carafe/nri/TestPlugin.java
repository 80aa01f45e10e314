package dev.carafe.nri;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.carafe.api.nri.ConfigureRequest;
import dev.carafe.api.nri.ConfigureResponse;
import dev.carafe.api.nri.Empty;
import dev.carafe.api.nri.Event;
import dev.carafe.api.nri.RegisterPluginRequest;
import dev.carafe.api.nri.SynchronizeRequest;
import dev.carafe.api.nri.SynchronizeResponse;
import dev.carafe.api.nri.UpdateContainersRequest;
import dev.carafe.api.nri.UpdateContainersResponse;
import dev.carafe.api.ttrpc.TtrpcRequest;
import dev.carafe.api.ttrpc.TtrpcResponse;
import dev.carafe.api.ttrpc.TtrpcStatus;
import dev.carafe.ttrpc.Frame;
import dev.carafe.ttrpc.Frames;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/// A plugin as a test wants it: it registers, answers what it is told to, and notes what it is asked.
public final class TestPlugin implements AutoCloseable {
    private static final int UNKNOWN = 2;
    private static final int UNIMPLEMENTED = 12;

    private final SocketChannel channel;
    private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<ConfigureRequest> configurations = new CopyOnWriteArrayList<>();
    private final List<SynchronizeRequest> synchronizations = new CopyOnWriteArrayList<>();
    private final BlockingQueue<TtrpcResponse> replies = new ArrayBlockingQueue<>(16);
    private int stream = 1;

    /// What a plugin says to one call.
    @FunctionalInterface
    public interface Handler {
        /// @throws IllegalStateException refuses, with its message
        MessageLite answer(ByteString request) throws IOException, InterruptedException;
    }

    private TestPlugin(SocketChannel channel) {
        this.channel = channel;
        on("Synchronize", request -> {
            synchronizations.add(SynchronizeRequest.parseFrom(request));
            return SynchronizeResponse.newBuilder()
                    .setMore(synchronizations.getLast().getMore())
                    .build();
        });
    }

    public static TestPlugin connected(Path socket) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return new TestPlugin(channel);
    }

    /// That the runtime has started, its socket as the standard input.
    public static TestPlugin inherited() throws IOException {
        return new TestPlugin((SocketChannel) System.inheritedChannel());
    }

    /// The method it answers to, in place of what it said before; others get an empty answer.
    public TestPlugin on(String method, Handler handler) {
        handlers.put(method, handler);
        return this;
    }

    public TestPlugin lacking(String method) {
        return on(method, _ -> {
            throw new UnsupportedOperationException(method);
        });
    }

    /// Registers, and answers from then on.
    ///
    /// @param events none: all
    public TestPlugin register(String index, String name, Event... events) throws IOException, InterruptedException {
        var mask = 0;
        for (var event : events) {
            mask |= 1 << (event.getNumber() - 1);
        }
        var wanted = ConfigureResponse.newBuilder().setEvents(mask).build();
        on("Configure", request -> {
            configurations.add(ConfigureRequest.parseFrom(request));
            return wanted;
        });
        serveFromNowOn();
        call(
                "RegisterPlugin",
                RegisterPluginRequest.newBuilder()
                        .setPluginIdx(index)
                        .setPluginName(name)
                        .build());
        return this;
    }

    /// Without a registration.
    TestPlugin serveFromNowOn() {
        Thread.ofVirtual().start(this::serve);
        return this;
    }

    /// Asks the runtime for changes.
    public UpdateContainersResponse update(UpdateContainersRequest request) throws IOException, InterruptedException {
        return UpdateContainersResponse.parseFrom(call("UpdateContainers", request));
    }

    public ByteString call(String method, MessageLite request) throws IOException, InterruptedException {
        send(
                Connection.CALLS_OF_PLUGIN,
                new Frame(
                        stream,
                        Frame.REQUEST,
                        TtrpcRequest.newBuilder()
                                .setService("nri.pkg.api.v1alpha1.Runtime")
                                .setMethod(method)
                                .setPayload(request.toByteString())
                                .build()
                                .toByteString()));
        stream += 2;
        var reply = replies.poll(10, TimeUnit.SECONDS);
        if (reply == null) {
            throw new IOException("the runtime does not answer");
        }
        if (reply.getStatus().getCode() != 0) {
            throw new IOException(reply.getStatus().getMessage());
        }
        return reply.getPayload();
    }

    private synchronized void send(int connection, Frame frame) throws IOException {
        write(Multiplexer.through(connection, frame));
    }

    /// As they are.
    public void write(byte[] bytes) throws IOException {
        var left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    private void serve() {
        var frames = Map.of(Connection.CALLS, new Frames(), Connection.CALLS_OF_PLUGIN, new Frames());
        try {
            var input = new DataInputStream(Channels.newInputStream(channel));
            while (true) {
                var connection = input.readInt();
                for (var frame : frames.get(connection).take(input.readNBytes(input.readInt()))) {
                    if (connection == Connection.CALLS) {
                        Thread.ofVirtual().start(() -> answer(frame));
                    } else {
                        replies.add(TtrpcResponse.parseFrom(frame.data()));
                    }
                }
            }
        } catch (IOException closed) {
            calls.add("closed");
            replies.add(TtrpcResponse.newBuilder()
                    .setStatus(TtrpcStatus.newBuilder().setCode(UNKNOWN).setMessage("the runtime has closed"))
                    .build());
        }
    }

    private void answer(Frame frame) {
        try {
            var request = TtrpcRequest.parseFrom(frame.data());
            var response = response(request);
            calls.add(request.getMethod());
            send(Connection.CALLS, new Frame(frame.stream(), Frame.RESPONSE, response.toByteString()));
        } catch (IOException closed) {
            calls.add("closed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private TtrpcResponse response(TtrpcRequest request) throws IOException, InterruptedException {
        var response = TtrpcResponse.newBuilder();
        try {
            var answer = handlers.getOrDefault(request.getMethod(), _ -> Empty.getDefaultInstance())
                    .answer(request.getPayload());
            response.setPayload(answer.toByteString());
        } catch (UnsupportedOperationException e) {
            response.setStatus(TtrpcStatus.newBuilder().setCode(UNIMPLEMENTED).setMessage("no " + e.getMessage()));
        } catch (IllegalStateException e) {
            response.setStatus(TtrpcStatus.newBuilder().setCode(UNKNOWN).setMessage(e.getMessage()));
        }
        return response.build();
    }

    /// The names of the methods that it has been asked and has an answer to, in order.
    public List<String> calls() {
        return new ArrayList<>(calls);
    }

    public List<ConfigureRequest> configurations() {
        return new ArrayList<>(configurations);
    }

    public List<SynchronizeRequest> synchronizations() {
        return new ArrayList<>(synchronizations);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
