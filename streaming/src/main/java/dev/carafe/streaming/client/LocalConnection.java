package dev.carafe.streaming.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;

/// A connection on this host that goes on to a pod's port through two streams, one of them for errors. What one side
/// does not read, the other can't send, but for a bounded rest; each side's end is told to the other. For the event
/// loop, which is also the session's.
final class LocalConnection extends ChannelInboundHandlerAdapter {
    /// Of a connection, not yet written.
    private static final int PAUSE_AT_BYTES = 1024 * 1024;

    private static final int RESUME_AT_BYTES = 256 * 1024;
    private static final int ERROR_CHARACTERS = 4096;

    private final SpdySession session;
    private final int remotePort;
    private final int request;
    private final Consumer<String> failures;
    private final StringBuilder error = new StringBuilder();
    private int stream;
    private int toServer;
    private int toLocal;
    private boolean hasLocalEnded;
    private boolean hasServerEnded;

    /// @param request tells this connection's two streams from others'
    LocalConnection(SpdySession session, int remotePort, int request, Consumer<String> failures) {
        this.session = session;
        this.remotePort = remotePort;
        this.request = request;
        this.failures = failures;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (!session.channel().isActive()) {
            var _ = context.close();
            return;
        }
        var errors = session.open(headers("error"), new Errors(context.channel()));
        session.finish(errors);
        stream = session.open(headers("data"), new Data(context.channel()));
    }

    private Map<String, String> headers(String type) {
        return Map.of("streamtype", type, "port", Integer.toString(remotePort), "requestid", Integer.toString(request));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var bytes = (ByteBuf) message;
        var count = bytes.readableBytes();
        toServer += count;
        if (toServer > RESUME_AT_BYTES) {
            context.channel().config().setAutoRead(false);
        }
        session.send(stream, bytes).addListener(_ -> {
            toServer -= count;
            if (toServer <= RESUME_AT_BYTES) {
                context.channel().config().setAutoRead(true);
            }
        });
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE && !hasLocalEnded) {
            hasLocalEnded = true;
            session.finish(stream);
            closeWhenBothEnded(context.channel());
        }
    }

    private void closeWhenBothEnded(Channel local) {
        if (hasLocalEnded && hasServerEnded) {
            local.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        session.resume(this);
        if (stream != 0 && !(hasLocalEnded && hasServerEnded)) {
            session.reset(stream);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }

    private final class Data implements SpdySession.Listener {
        private final Channel local;

        Data(Channel local) {
            this.local = local;
        }

        @Override
        public void bytes(ByteBuf bytes) {
            var count = bytes.readableBytes();
            toLocal += count;
            if (toLocal > PAUSE_AT_BYTES) {
                session.pause(LocalConnection.this);
            }
            local.writeAndFlush(bytes).addListener(_ -> {
                toLocal -= count;
                if (toLocal <= RESUME_AT_BYTES) {
                    session.resume(LocalConnection.this);
                }
            });
        }

        @Override
        public void ended() {
            hasServerEnded = true;
            if (local instanceof DuplexChannel duplex) {
                duplex.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
                    var _ = duplex.shutdownOutput();
                });
            }
            closeWhenBothEnded(local);
        }

        @Override
        public void reset() {
            var _ = local.close();
        }
    }

    private final class Errors implements SpdySession.Listener {
        private final Channel local;

        Errors(Channel local) {
            this.local = local;
        }

        @Override
        public void bytes(ByteBuf bytes) {
            if (error.length() < ERROR_CHARACTERS) {
                error.append(bytes.toString(StandardCharsets.UTF_8));
            }
            bytes.release();
        }

        @Override
        public void ended() {
            if (!error.isEmpty()) {
                failures.accept(error.toString());
                var _ = local.close();
            }
        }

        @Override
        public void reset() {
            ended();
        }
    }
}
