package dev.carafe.nri;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.carafe.api.ttrpc.TtrpcRequest;
import dev.carafe.api.ttrpc.TtrpcResponse;
import dev.carafe.api.ttrpc.TtrpcStatus;
import dev.carafe.linux.Fd;
import dev.carafe.ttrpc.CallException;
import dev.carafe.ttrpc.Calls;
import dev.carafe.ttrpc.Frame;
import dev.carafe.ttrpc.Frames;
import dev.carafe.ttrpc.Outgoing;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;

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

    private static final int MOST_CALLS_OF_PLUGIN = 16;
    private static final int RESOURCE_EXHAUSTED = 8;

    private final Fd socket;
    private final Service service;
    private final Outgoing outgoing;
    private final Calls calls = new Calls(request -> send(CALLS, request));
    private final Semaphore callsOfPlugin = new Semaphore(MOST_CALLS_OF_PLUGIN);
    private final Runnable onClose;
    private volatile boolean closed;

    /// What plugins call.
    @FunctionalInterface
    interface Service {
        /// @throws PluginException when there is no such method
        MessageLite call(String method, ByteString request) throws IOException, InterruptedException;
    }

    /// @param onClose called once, from any thread
    Connection(Fd socket, Service service, Runnable onClose) {
        this.socket = socket;
        outgoing = new Outgoing(socket);
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
        try {
            var answer = calls.call(PLUGIN_SERVICE, method, request, limit);
            if (answer.isEmpty()) {
                close();
                throw new IOException("no answer within " + limit.toMillis() + " ms");
            }
            return answer.get();
        } catch (CallException e) {
            throw new PluginException(e.code(), String.valueOf(e.getMessage()));
        }
    }

    private void send(int connection, Frame frame) throws IOException {
        if (frame.data().size() > Frame.MOST_DATA_BYTES) {
            throw new PluginException("a message of " + frame.data().size() + " bytes is too long");
        }
        if (!outgoing.offer(Multiplexer.through(connection, frame))) {
            close();
            throw new IOException("it does not read what it is sent");
        }
    }

    private void write() {
        try {
            outgoing.write();
        } catch (IOException e) {
            lost(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        var answers = new Frames();
        var requests = new Frames();
        try (var input = new DataInputStream(new BufferedInputStream(socket.input()))) {
            while (!closed) {
                var connection = input.readInt();
                var part = part(input, input.readInt());
                switch (connection) {
                    case CALLS -> {
                        for (var frame : answers.take(part)) {
                            calls.answered(frame);
                        }
                    }
                    case CALLS_OF_PLUGIN -> {
                        for (var frame : requests.take(part)) {
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
        outgoing.end();
        calls.close();
        onClose.run();
    }
}
