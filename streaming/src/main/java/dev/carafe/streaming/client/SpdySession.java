package dev.carafe.streaming.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The client's end of a SPDY/3.1 connection as Kubernetes' clients use it: it opens all streams, and counts no
/// windows, which their servers don't either; TCP holds both sides back. For the connection's event loop.
final class SpdySession extends ChannelInboundHandlerAdapter {
    private final Map<Integer, Listener> listeners = new HashMap<>();
    private final Set<Object> pausing = new HashSet<>();
    private final Runnable lost;
    private @Nullable ChannelHandlerContext context;
    private int nextId = 1;

    /// @param lost called once when the connection has ended
    SpdySession(Runnable lost) {
        this.lost = lost;
    }

    /// Who gets what comes on a stream.
    interface Listener {
        /// Takes the bytes over.
        void bytes(ByteBuf bytes);

        /// The server sends no more.
        void ended();

        /// The server has given the stream up, or refused it.
        void reset();
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return context;
    }

    Channel channel() {
        return context().channel();
    }

    /// Gives the new stream's id.
    int open(Map<String, String> headers, Listener listener) {
        var id = nextId;
        nextId += 2;
        listeners.put(id, listener);
        var frame = new DefaultSpdySynStreamFrame(id, 0, (byte) 0);
        headers.forEach(frame.headers()::add);
        var _ = context().writeAndFlush(frame);
        return id;
    }

    /// Takes the bytes over.
    ChannelFuture send(int id, ByteBuf bytes) {
        return context().writeAndFlush(new DefaultSpdyDataFrame(id, bytes));
    }

    void finish(int id) {
        var _ = context().writeAndFlush(new DefaultSpdyDataFrame(id, Unpooled.EMPTY_BUFFER).setLast(true));
    }

    /// Gives a stream up that has not ended on both sides.
    void reset(int id) {
        if (listeners.remove(id) != null && channel().isActive()) {
            var _ = context().writeAndFlush(new DefaultSpdyRstStreamFrame(id, SpdyStreamStatus.CANCEL));
        }
    }

    /// Nothing is read from the connection as long as anybody wants so.
    void pause(Object who) {
        if (pausing.add(who)) {
            channel().config().setAutoRead(false);
        }
    }

    void resume(Object who) {
        if (pausing.remove(who) && pausing.isEmpty()) {
            channel().config().setAutoRead(true);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext ignored, Object message) {
        switch (message) {
            case SpdyDataFrame data -> took(data);
            case SpdySynReplyFrame reply -> ended(reply.streamId(), reply.isLast());
            case SpdyRstStreamFrame reset -> {
                var listener = listeners.remove(reset.streamId());
                if (listener != null) {
                    listener.reset();
                }
            }
            // A server opens none with these protocols.
            case SpdySynStreamFrame opened -> {
                var refusal = new DefaultSpdyRstStreamFrame(opened.streamId(), SpdyStreamStatus.REFUSED_STREAM);
                var _ = context().writeAndFlush(refusal);
            }
            case SpdyPingFrame ping -> {
                var _ = context().writeAndFlush(ping);
            }
            default -> ReferenceCountUtil.release(message);
        }
    }

    private void took(SpdyDataFrame data) {
        var listener = listeners.get(data.streamId());
        if (listener == null || !data.content().isReadable()) {
            data.release();
        } else {
            listener.bytes(data.content());
        }
        ended(data.streamId(), data.isLast());
    }

    private void ended(int id, boolean isLast) {
        var listener = isLast ? listeners.remove(id) : null;
        if (listener != null) {
            listener.ended();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext closed) {
        var open = new ArrayList<>(listeners.values());
        listeners.clear();
        open.forEach(Listener::reset);
        lost.run();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        var _ = failed.close();
    }
}
