package dev.carafe.streaming;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Port-forward over SPDY: for each connection the client opens a stream for errors and one for data, which name the
/// port and belong together by their request id. For the connection's event loop.
final class SpdyForward implements SpdyConnection.Acceptor {
    static final String PROTOCOL = "portforward.k8s.io";

    /// Two for each connection into the pod.
    static final int MAX_STREAMS = 1024;

    private static final Duration PAIRED_WITHIN = Duration.ofSeconds(30);
    private static final int MAX_PORT = 65535;
    private static final int MAX_ID_CHARACTERS = 64;

    private final String podId;
    private final Sessions sessions;
    private final Gate gate;
    private final Map<String, Half> halves = new HashMap<>();

    SpdyForward(String podId, Sessions sessions, Gate gate) {
        this.podId = podId;
        this.sessions = sessions;
        this.gate = gate;
    }

    /// The first stream of a pair, which waits for the other.
    private static final class Half {
        private final SpdyStream stream;
        private final boolean isError;
        private @Nullable Future<?> limit;

        Half(SpdyStream stream, boolean isError) {
            this.stream = stream;
            this.isError = isError;
        }
    }

    @Override
    public boolean accept(SpdyStream stream) {
        var type = stream.header("streamtype");
        var isError = type.equals("error");
        var port = port(stream.header("port"));
        if (port == 0 || (!isError && !type.equals("data"))) {
            return false;
        }
        var id = id(stream, isError);
        var other = halves.remove(id);
        if (other != null && other.isError == isError) {
            halves.put(id, other);
            return false;
        }
        stream.connection().reply(stream);
        if (other == null) {
            keep(id, new Half(stream, isError));
        } else {
            pair(other, stream, port);
        }
        return true;
    }

    /// Old clients give none: they open the error stream first and then, as the next, the one for data.
    private static String id(SpdyStream stream, boolean isError) {
        var id = stream.header("requestid");
        if (id.isEmpty()) {
            return "stream " + (isError ? stream.id() : stream.id() - 2);
        }
        return id.length() <= MAX_ID_CHARACTERS ? id : id.substring(0, MAX_ID_CHARACTERS);
    }

    private static int port(String text) {
        try {
            var port = Integer.parseInt(text);
            return port > 0 && port <= MAX_PORT ? port : 0;
        } catch (NumberFormatException none) {
            return 0;
        }
    }

    private void keep(String id, Half half) {
        halves.put(id, half);
        // What comes before the pair is there is not lost: nothing is taken from the stream without a receiver.
        half.limit = half.stream
                .channel()
                .eventLoop()
                .schedule(() -> giveUp(id, half), PAIRED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void giveUp(String id, Half half) {
        if (halves.remove(id, half)) {
            if (half.isError) {
                var text = "timed out waiting for the stream of data".getBytes(StandardCharsets.UTF_8);
                half.stream.send(
                        half.stream.channel().alloc().buffer().writeBytes(text),
                        half.stream.channel().newPromise());
                half.stream.finish();
            } else {
                half.stream.reset();
            }
        }
    }

    private void pair(Half first, SpdyStream second, int port) {
        if (first.limit != null) {
            first.limit.cancel(false);
        }
        var error = first.isError ? first.stream : second;
        var data = first.isError ? second : first.stream;
        var forward = new Forward(new Forward.Target(sessions, podId, port, () -> {}), data, error, gate);
        error.deliverTo(new Discarding(error, () -> {}));
        data.deliverTo(forward);
        forward.start();
    }

    @Override
    public void lost() {
        halves.values().forEach(half -> {
            if (half.limit != null) {
                half.limit.cancel(false);
            }
        });
        halves.clear();
    }
}
