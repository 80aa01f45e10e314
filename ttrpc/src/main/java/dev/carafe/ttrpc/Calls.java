package dev.carafe.ttrpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.carafe.api.ttrpc.TtrpcRequest;
import dev.carafe.api.ttrpc.TtrpcResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The calls that are under way over one connection, each of which waits for its own answer. Safe for all
/// threads.
public final class Calls implements AutoCloseable {
    /// Who waits for so long waits for ever, and the other side is told no time.
    public static final Duration NO_LIMIT = Duration.ofDays(10_000);

    private final Sender sender;
    private final ConcurrentHashMap<Integer, BlockingQueue<Reply>> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger streams = new AtomicInteger(1);
    private volatile boolean closed;

    /// How requests leave.
    @FunctionalInterface
    public interface Sender {
        /// Never waits for the other side.
        void send(Frame request) throws IOException;
    }

    private sealed interface Reply {
        record Answer(TtrpcResponse response) implements Reply {}

        record Closed() implements Reply {}
    }

    public Calls(Sender sender) {
        this.sender = sender;
    }

    /// @return empty when no answer came in time; one that comes later is dropped
    /// @throws CallException when the other side says that it failed
    /// @throws IOException when the connection is closed
    public Optional<ByteString> call(String service, String method, MessageLite request, Duration limit)
            throws IOException, InterruptedException {
        var stream = streams.getAndAdd(2);
        var reply = new ArrayBlockingQueue<Reply>(1);
        waiting.put(stream, reply);
        try {
            var isLimited = limit.compareTo(NO_LIMIT) < 0;
            sender.send(new Frame(
                    stream,
                    Frame.REQUEST,
                    TtrpcRequest.newBuilder()
                            .setService(service)
                            .setMethod(method)
                            .setPayload(request.toByteString())
                            .setTimeoutNano(isLimited ? limit.toNanos() : 0)
                            .build()
                            .toByteString()));
            return switch (closed ? new Reply.Closed() : reply.poll(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                case null -> Optional.empty();
                case Reply.Closed() -> throw new IOException("the connection is closed");
                case Reply.Answer(var response) -> Optional.of(payload(response));
            };
        } finally {
            waiting.remove(stream);
        }
    }

    private static ByteString payload(TtrpcResponse response) throws CallException {
        if (response.getStatus().getCode() != 0) {
            throw new CallException(
                    response.getStatus().getCode(), response.getStatus().getMessage());
        }
        return response.getPayload();
    }

    /// To be called with each frame that comes; one that nobody waits for is dropped.
    ///
    /// @throws IOException when it is no answer
    public void answered(Frame frame) throws IOException {
        if (frame.type() != Frame.RESPONSE) {
            throw new IOException("a message of type " + frame.type() + " where only answers may come");
        }
        var response = TtrpcResponse.parseFrom(frame.data());
        var reply = waiting.get(frame.stream());
        if (reply != null) {
            reply.offer(new Reply.Answer(response));
        }
    }

    /// All who wait learn of it at once. Idempotent.
    @Override
    public void close() {
        closed = true;
        waiting.values().forEach(reply -> reply.offer(new Reply.Closed()));
    }
}
