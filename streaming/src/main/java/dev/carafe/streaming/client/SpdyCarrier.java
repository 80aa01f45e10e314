package dev.carafe.streaming.client;

import dev.carafe.streaming.Streams;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The streams of exec and attach as streams of a SPDY connection.
final class SpdyCarrier implements Carrier {
    static final String PROTOCOLS = "v4.channel.k8s.io";

    private final Map<StreamKind, Integer> ids = new EnumMap<>(StreamKind.class);
    private final SpdySession session;
    private final Inbox inbox;
    private int unfinished;

    private SpdyCarrier(SpdySession session, Inbox inbox) {
        this.session = session;
        this.inbox = inbox;
    }

    /// Opens them; on the connection's event loop. The inbox ends when the server has finished all that are its own.
    static SpdyCarrier open(SpdySession session, Streams streams, Inbox inbox) {
        var carrier = new SpdyCarrier(session, inbox);
        for (var kind : kinds(streams)) {
            carrier.unfinished += isServers(kind) ? 1 : 0;
            carrier.ids.put(kind, session.open(Map.of("streamtype", kind.header()), carrier.listener(kind)));
        }
        return carrier;
    }

    private static List<StreamKind> kinds(Streams streams) {
        var kinds = new ArrayList<>(List.of(StreamKind.ERROR));
        if (streams.stdin()) {
            kinds.add(StreamKind.STDIN);
        }
        if (streams.stdout()) {
            kinds.add(StreamKind.STDOUT);
        }
        if (streams.stderr()) {
            kinds.add(StreamKind.STDERR);
        }
        if (streams.tty()) {
            kinds.add(StreamKind.RESIZE);
        }
        return kinds;
    }

    private static boolean isServers(StreamKind kind) {
        return switch (kind) {
            case STDOUT, STDERR, ERROR -> true;
            case STDIN, RESIZE -> false;
        };
    }

    private SpdySession.Listener listener(StreamKind kind) {
        return new SpdySession.Listener() {
            @Override
            public void bytes(ByteBuf bytes) {
                inbox.put(kind, bytes);
            }

            @Override
            public void ended() {
                unfinished -= isServers(kind) ? 1 : 0;
                if (unfinished == 0) {
                    inbox.end();
                }
            }

            @Override
            public void reset() {
                ended();
            }
        };
    }

    private Channel channel() {
        return session.channel();
    }

    private int id(StreamKind stream) {
        var id = ids.get(stream);
        if (id == null) {
            throw new IllegalStateException("there is no stream " + stream);
        }
        return id;
    }

    @Override
    public ChannelFuture send(StreamKind stream, ByteBuf bytes) {
        return session.send(id(stream), bytes);
    }

    @Override
    public void finish(StreamKind stream) {
        channel().eventLoop().execute(() -> session.finish(id(stream)));
    }
}
