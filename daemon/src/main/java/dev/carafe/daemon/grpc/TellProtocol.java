package dev.carafe.daemon.grpc;

import dev.carafe.daemon.http.HttpService;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Stands before gRPC on a new connection until its first bytes tell what the client speaks: HTTP/2 begins with `PRI`,
/// which is no method of HTTP/1.1. What gRPC says meanwhile (its SETTINGS) is held back, because a client of HTTP/1.1
/// must not see it. For the connection's event loop.
final class TellProtocol extends ChannelDuplexHandler {
    private static final byte[] HTTP_2 = "PRI ".getBytes(StandardCharsets.US_ASCII);

    /// A client says something by then, or is sent away.
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(30);

    private final HttpService http;
    private final List<Held> held = new ArrayList<>();
    private final ByteBuf first = Unpooled.buffer(HTTP_2.length);
    private boolean isTold;
    private @Nullable Future<?> limit;

    private record Held(Object message, ChannelPromise promise) {}

    TellProtocol(HttpService http) {
        this.http = http;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        limit = context.executor().schedule(() -> end(context), TOLD_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void end(ChannelHandlerContext context) {
        var _ = context.close();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (limit != null) {
            limit.cancel(false);
        }
        first.release();
        held.forEach(write -> ReferenceCountUtil.release(write.message));
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (isTold) { // an answer to the first bytes, which this hands over
            var _ = context.write(message, promise);
        } else {
            held.add(new Held(message, promise));
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        if (isTold) { // otherwise with what is held
            context.flush();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var bytes = (ByteBuf) message;
        try {
            first.writeBytes(bytes);
        } finally {
            bytes.release();
        }
        var known = Math.min(first.readableBytes(), HTTP_2.length);
        for (var i = 0; i < known; i++) {
            if (first.getByte(first.readerIndex() + i) != HTTP_2[i]) {
                toHttp(context);
                return;
            }
        }
        if (known == HTTP_2.length) {
            toGrpc(context);
        }
    }

    private void toGrpc(ChannelHandlerContext context) {
        for (var write : held) {
            var _ = context.write(write.message, write.promise);
        }
        held.clear();
        context.flush();
        handOver(context);
    }

    /// gRPC's handlers go, and believe that what they said was sent: a write that fails would close the connection.
    private void toHttp(ChannelHandlerContext context) {
        var pipeline = context.pipeline();
        for (var handler : pipeline.toMap().values()) {
            if (handler != this) {
                pipeline.remove(handler);
            }
        }
        held.forEach(write -> write.promise.trySuccess());
        http.serve(context.channel());
        handOver(context);
    }

    private void handOver(ChannelHandlerContext context) {
        isTold = true;
        var bytes = first.retainedSlice();
        context.fireChannelRead(bytes);
        context.fireChannelReadComplete();
        context.pipeline().remove(this);
    }
}
