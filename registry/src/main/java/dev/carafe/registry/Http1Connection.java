package dev.carafe.registry;

import dev.carafe.registry.TransportException.Kind;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection: an exchange at a time, then back to the pool or closed. All but [#send] belongs to the
/// event loop.
final class Http1Connection extends ChannelInboundHandlerAdapter implements Connection {
    private final Route route;
    private final Optional<Proxy> forwarder;
    private final IdleConnections idle;
    private final Channel channel;
    private @Nullable Exchange current;
    /// The head that is being passed over is a 1xx: the answer itself follows (RFC 9110, section 15.2).
    private boolean isInterim;

    private boolean keepAlive;
    /// What has ended it, which a request that comes too late is told; null where it was just closed.
    private @Nullable Throwable failure;

    /// @param forwarder a proxy that takes the requests and passes them on; none where they go straight, or
    ///     through a tunnel
    Http1Connection(Route route, Optional<Proxy> forwarder, IdleConnections idle, Channel channel) {
        this.route = route;
        this.forwarder = forwarder;
        this.idle = idle;
        this.channel = channel;
    }

    @Override
    public Route route() {
        return route;
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public Exchange send(Request request) {
        var exchange = new Exchange(route.origin(), new Exchange.Source() {
            @Override
            public void taken(int bytes, boolean wantsMore) {
                if (wantsMore) {
                    channel.read();
                }
            }

            @Override
            public void giveUp(boolean hasStalled) {
                var _ = channel.close();
            }
        });
        var encoded = request.encoded(forwarder);
        try {
            channel.eventLoop().execute(() -> begin(encoded, exchange));
        } catch (RejectedExecutionException e) {
            encoded.release();
            exchange.fail(Kind.CLOSED, ": the client is closed", e);
        }
        return exchange;
    }

    private void begin(FullHttpRequest request, Exchange exchange) {
        if (failure != null) {
            request.release();
            exchange.failAtConnection(failure);
            return;
        }
        current = exchange;
        channel.writeAndFlush(request).addListener(written -> {
            if (!written.isSuccess()) {
                broken(written.cause());
            }
        });
        channel.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var exchange = current;
        if (exchange == null || !(message instanceof HttpObject part)) {
            // Nobody asked: what follows on this connection could be taken for another request's answer.
            ReferenceCountUtil.release(message);
            var _ = context.close();
            return;
        }
        if (part.decoderResult().isFailure()) {
            ReferenceCountUtil.release(message);
            current = null;
            exchange.fail(
                    Kind.MALFORMED,
                    ": its answer is not HTTP",
                    part.decoderResult().cause());
            var _ = context.close();
            return;
        }
        if (part instanceof HttpResponse response) {
            begin(response, exchange);
        }
        if (part instanceof HttpContent content) {
            exchange.add(content.content());
        }
        if (part instanceof LastHttpContent) {
            end(exchange);
        }
    }

    private void begin(HttpResponse response, Exchange exchange) {
        isInterim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (!isInterim) {
            keepAlive = HttpUtil.isKeepAlive(response);
            exchange.begin(response);
        }
    }

    private void end(Exchange exchange) {
        if (isInterim) {
            return;
        }
        current = null;
        if (keepAlive) {
            idle.add(this);
        } else {
            var _ = channel.close();
        }
        exchange.end();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        // An idle connection is read too, to see it being closed.
        if (current == null || current.wantsMore()) {
            context.read();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        idle.remove(this);
        broken(new ClosedChannelException());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failure = cause;
        if (current != null) {
            current.failAtConnection(cause);
            current = null;
        }
        var _ = context.close();
    }

    private void broken(Throwable cause) {
        if (current != null) {
            current.fail(Kind.BROKEN, ": the connection broke", cause);
            current = null;
        }
    }
}
