package dev.carafe.nri;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.carafe.api.nri.TtrpcRequest;
import dev.carafe.api.nri.TtrpcResponse;
import dev.carafe.api.nri.TtrpcStatus;
import dev.carafe.linux.Fd;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A plugin's socket: ttrpc in both directions over NRI's multiplexer. Whatever breaks the protocol or is too slow
/// closes it, and all who wait for it learn so at once. Safe for all threads.
final class Connection implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Connection.class.getName());

    private static final String PLUGIN_SERVICE = "nri.pkg.api.v1alpha1.Plugin";
    private static final String RUNTIME_SERVICE = "nri.pkg.api.v1alpha1.Runtime";

    /// The multiplexer's connections: for our calls and for the plugin's.
    static final int CALLS = 1;

    static final int CALLS_OF_PLUGIN = 2;

    private static final int MOST_PART_BYTES = Frame.HEADER_BYTES + Frame.MOST_DATA_BYTES;

    /// A plugin that does not read has its messages pile up to so many.
    private static final int MOST_UNSENT = 64;

    private static final int MOST_CALLS_OF_PLUGIN = 16;
    private static final int RESOURCE_EXHAUSTED = 8;

    private final Fd socket;
    private final Service service;
    private final BlockingQueue<byte[]> unsent = new ArrayBlockingQueue<>(MOST_UNSENT);
    private final ConcurrentHashMap<Integer, BlockingQueue<Reply>> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger streams = new AtomicInteger(1);
    private final Semaphore callsOfPlugin = new Semaphore(MOST_CALLS_OF_PLUGIN);
    private final Runnable onClose;
    private volatile boolean closed;

    /// What plugins call.
    @FunctionalInterface
    interface Service {
        /// @throws PluginException when there is no such method
        MessageLite call(String method, ByteString request) throws IOException, InterruptedException;
    }

    private sealed interface Reply {
        record Answer(TtrpcResponse response) implements Reply {}

        record Closed() implements Reply {}
    }

    /// @param onClose called once, from any thread
    Connection(Fd socket, Service service, Runnable onClose) {
        this.socket = socket;
        this.service = service;
        this.onClose = onClose;
    }

    /// Once the plugin's calls may come.
    void start() {
        Thread.ofVirtual().name("NRI reader").start(this::read);
        Thread.ofVirtual().name("NRI writer").start(this::write);
    }

    /// @throws PluginException when the plugin refuses
    /// @throws IOException when it does not answer in time or no longer; it is closed then
    ByteString call(String method, MessageLite request, Duration limit) throws IOException, InterruptedException {
        var stream = streams.getAndAdd(2);
        var reply = new ArrayBlockingQueue<Reply>(1);
        waiting.put(stream, reply);
        try {
            send(
                    CALLS,
                    new Frame(
                            stream,
                            Frame.REQUEST,
                            TtrpcRequest.newBuilder()
                                    .setService(PLUGIN_SERVICE)
                                    .setMethod(method)
                                    .setPayload(request.toByteString())
                                    .setTimeoutNano(limit.toNanos())
                                    .build()
                                    .toByteString()));
            return switch (closed ? new Reply.Closed() : reply.poll(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                case null -> {
                    close();
                    throw new IOException("no answer within " + limit.toMillis() + " ms");
                }
                case Reply.Closed() -> throw new IOException("the connection is closed");
                case Reply.Answer(var response) -> payload(response);
            };
        } finally {
            waiting.remove(stream);
        }
    }

    private static ByteString payload(TtrpcResponse response) throws PluginException {
        if (response.getStatus().getCode() != 0) {
            throw new PluginException(
                    response.getStatus().getCode(), response.getStatus().getMessage());
        }
        return response.getPayload();
    }

    private void send(int connection, Frame frame) throws IOException {
        if (frame.data().size() > Frame.MOST_DATA_BYTES) {
            throw new PluginException("a message of " + frame.data().size() + " bytes is too long");
        }
        if (!unsent.offer(frame.through(connection))) {
            close();
            throw new IOException("it does not read what it is sent");
        }
    }

    private void write() {
        try {
            while (!closed) {
                socket.write(unsent.take());
            }
        } catch (IOException e) {
            lost(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        var calls = new Frames();
        var callsOfPlugin = new Frames();
        try (var input = new DataInputStream(new BufferedInputStream(socket.input()))) {
            while (!closed) {
                var connection = input.readInt();
                var part = part(input, input.readInt());
                switch (connection) {
                    case CALLS -> {
                        for (var frame : calls.take(part)) {
                            answered(frame);
                        }
                    }
                    case CALLS_OF_PLUGIN -> {
                        for (var frame : callsOfPlugin.take(part)) {
                            called(frame);
                        }
                    }
                    default -> {} // nobody listens there
                }
            }
        } catch (EOFException end) {
            close();
        } catch (IOException e) {
            lost(e);
        }
    }

    /// What is announced is only believed as it comes.
    private static byte[] part(InputStream input, int length) throws IOException {
        if (length < 0 || length > MOST_PART_BYTES) {
            throw new IOException("a part of " + Integer.toUnsignedString(length) + " bytes; at most " + MOST_PART_BYTES
                    + " are allowed");
        }
        var part = input.readNBytes(length);
        if (part.length < length) {
            throw new EOFException();
        }
        return part;
    }

    private void answered(Frame frame) throws IOException {
        if (frame.type() != Frame.RESPONSE) {
            throw new IOException("a message of type " + frame.type() + " where only answers may come");
        }
        var response = TtrpcResponse.parseFrom(frame.data());
        var reply = waiting.get(frame.stream());
        if (reply != null) {
            reply.offer(new Reply.Answer(response));
        }
    }

    private void called(Frame frame) throws IOException {
        if (frame.type() != Frame.REQUEST) {
            throw new IOException("a message of type " + frame.type() + " where only requests may come");
        }
        var request = TtrpcRequest.parseFrom(frame.data());
        if (!callsOfPlugin.tryAcquire()) {
            answer(frame, failure(RESOURCE_EXHAUSTED, "more than " + MOST_CALLS_OF_PLUGIN + " calls at once"));
            return;
        }
        Thread.ofVirtual().name("NRI call " + request.getMethod()).start(() -> {
            try {
                answer(frame, serve(request));
            } catch (IOException e) {
                lost(e);
            } finally {
                callsOfPlugin.release();
            }
        });
    }

    private TtrpcResponse serve(TtrpcRequest request) {
        if (!request.getService().equals(RUNTIME_SERVICE)) {
            return failure(PluginException.UNIMPLEMENTED, "there is no service " + request.getService());
        }
        try {
            var result = service.call(request.getMethod(), request.getPayload());
            return TtrpcResponse.newBuilder().setPayload(result.toByteString()).build();
        } catch (PluginException e) {
            return failure(
                    e.isUnimplemented() ? PluginException.UNIMPLEMENTED : PluginException.UNKNOWN,
                    String.valueOf(e.getMessage()));
        } catch (InvalidProtocolBufferException e) {
            return failure(PluginException.UNKNOWN, "the request can't be read: " + e.getMessage());
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "the call " + request.getMethod() + " of an NRI plugin failed", e);
            return failure(PluginException.UNKNOWN, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failure(PluginException.UNKNOWN, "interrupted");
        }
    }

    private static TtrpcResponse failure(int code, String message) {
        return TtrpcResponse.newBuilder()
                .setStatus(TtrpcStatus.newBuilder().setCode(code).setMessage(message))
                .build();
    }

    private void answer(Frame request, TtrpcResponse response) throws IOException {
        send(CALLS_OF_PLUGIN, new Frame(request.stream(), Frame.RESPONSE, response.toByteString()));
    }

    private void lost(IOException why) {
        if (!closed) {
            LOG.log(System.Logger.Level.WARNING, "closing the connection of an NRI plugin: {0}", why.getMessage());
        }
        close();
    }

    boolean isClosed() {
        return closed;
    }

    /// Idempotent.
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        socket.close();
        var _ = unsent.offer(new byte[0]); // wakes the writer
        waiting.values().forEach(reply -> reply.offer(new Reply.Closed()));
        onClose.run();
    }
}
