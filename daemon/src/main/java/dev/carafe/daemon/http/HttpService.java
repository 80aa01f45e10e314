package dev.carafe.daemon.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Serves pages on connections that others accept. Safe for all event loops.
public final class HttpService {
    /// Connections at once; further ones are closed.
    public static final int MAX_CONNECTIONS = 64;

    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final int MAX_LINE_BYTES = 4096;
    private static final int MAX_HEADER_BYTES = 8192;
    private static final int MAX_CHUNK_BYTES = 1024;

    /// Of a request; nothing that is served here reads one.
    private static final int MAX_BODY_BYTES = 1024;

    private final Pages pages;
    private final AtomicInteger open = new AtomicInteger();

    public HttpService(Pages pages) {
        this.pages = pages;
    }

    /// Takes the connection over; called on its event loop.
    public void serve(Channel connection) {
        if (open.incrementAndGet() > MAX_CONNECTIONS) {
            open.decrementAndGet();
            var _ = connection.close();
            return;
        }
        connection.closeFuture().addListener(_ -> open.decrementAndGet());
        connection
                .pipeline()
                .addLast(
                        new IdleStateHandler(0, 0, IDLE.toMillis(), TimeUnit.MILLISECONDS),
                        new CloseIdle(),
                        new HttpServerCodec(MAX_LINE_BYTES, MAX_HEADER_BYTES, MAX_CHUNK_BYTES),
                        new HttpObjectAggregator(MAX_BODY_BYTES, true),
                        new Conversation(pages));
    }

    private static final class CloseIdle extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof IdleStateEvent) {
                var _ = context.close();
            } else {
                context.fireUserEventTriggered(event);
            }
        }
    }
}
