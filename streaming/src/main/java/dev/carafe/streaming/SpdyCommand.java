package dev.carafe.streaming;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Exec or attach over SPDY: the client opens a stream for each of the command's, and then the session begins. For the
/// connection's event loop.
final class SpdyCommand implements SpdyConnection.Acceptor {
    /// In which a client may speak; each has what those before it have.
    static final List<String> PROTOCOLS =
            List.of("v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io");

    /// One of each kind.
    static final int MAX_STREAMS = CommandStreams.Kind.values().length;

    private static final Duration OPENED_WITHIN = Duration.ofSeconds(30);

    private final Request request;
    private final Sessions sessions;
    private final CommandStreams streams;
    private final StatusObject status;
    private @Nullable Command command;
    private @Nullable Future<?> limit;

    /// @param protocol one of [#PROTOCOLS]
    SpdyCommand(Request request, Streams wanted, String protocol, Sessions sessions, Gate gate) {
        this.request = request;
        this.sessions = sessions;
        var age = PROTOCOLS.indexOf(protocol);
        streams = new CommandStreams(wanted, age <= PROTOCOLS.indexOf("v3.channel.k8s.io"), gate);
        status = new StatusObject(age == 0);
    }

    /// To be called when the connection is in its pipeline.
    void await(SpdyConnection connection) {
        limit = connection
                .channel()
                .eventLoop()
                .schedule(connection::end, OPENED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean accept(SpdyStream stream) {
        var kind = CommandStreams.Kind.named(stream.header("streamtype"));
        if (kind == null || !streams.isMissing(kind)) {
            return false;
        }
        stream.connection().reply(stream);
        stream.deliverTo(streams.add(kind, stream));
        if (streams.isComplete()) {
            start(stream.connection());
        }
        return true;
    }

    private void start(SpdyConnection connection) {
        stopWaiting();
        connection.takeNoMore();
        command = streams.command(request, status);
        command.start(sessions, connection.channel(), () -> {
            streams.finish();
            connection.end();
        });
    }

    private void stopWaiting() {
        if (limit != null) {
            limit.cancel(false);
        }
    }

    @Override
    public void lost() {
        stopWaiting();
        if (command != null) {
            command.lost();
        }
    }
}
