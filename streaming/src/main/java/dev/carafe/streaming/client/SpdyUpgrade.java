package dev.carafe.streaming.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Asks a server by HTTP/1.1 to go over to SPDY/3.1.
final class SpdyUpgrade extends SimpleChannelInboundHandler<HttpObject> {
    /// Of a frame's bytes, as many as our servers send; the codec's own number is an eighth of it.
    private static final int CHUNK_BYTES = 64 * 1024;

    // The codec's own numbers.
    private static final int HEADER_BYTES = 16 * 1024;
    private static final int COMPRESSION_LEVEL = 6;
    private static final int WINDOW_BITS = 15;
    private static final int MEMORY_LEVEL = 8;

    private static final String SPDY = "SPDY/3.1";
    private static final String PROTOCOL = "X-Stream-Protocol-Version";

    /// Of a refusal's words.
    private static final int REFUSAL_BYTES = 4096;

    private final URI url;
    private final String protocol;
    private final SpdySession session;
    private final CompletableFuture<Channel> ready;
    private final StringBuilder refusal = new StringBuilder();
    private @Nullable HttpResponse response;

    private SpdyUpgrade(URI url, String protocol, SpdySession session, CompletableFuture<Channel> ready) {
        this.url = url;
        this.protocol = protocol;
        this.session = session;
        this.ready = ready;
    }

    /// @param protocol of the streams
    static List<ChannelHandler> handlers(
            URI url, String protocol, SpdySession session, CompletableFuture<Channel> ready) {
        return List.of(new HttpClientCodec(), new SpdyUpgrade(url, protocol, session, ready));
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        var request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, path(url), Unpooled.EMPTY_BUFFER);
        request.headers()
                .set(HttpHeaderNames.HOST, url.getRawAuthority())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.UPGRADE, SPDY)
                .set(HttpHeaderNames.CONTENT_LENGTH, 0)
                .set(PROTOCOL, protocol);
        var _ = context.writeAndFlush(request);
    }

    private static String path(URI url) {
        var path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        if (message instanceof HttpResponse begun) {
            response = begun;
        }
        if (message instanceof HttpContent content && refusal.length() < REFUSAL_BYTES) {
            refusal.append(content.content().toString(StandardCharsets.UTF_8));
        }
        if (message instanceof LastHttpContent && response != null) {
            answered(context, response);
        }
    }

    private void answered(ChannelHandlerContext context, HttpResponse answer) {
        if (!answer.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            ready.completeExceptionally(new IOException("the server answered " + answer.status() + ": "
                    + refusal.toString().strip()));
            var _ = context.close();
            return;
        }
        var chosen = answer.headers().get(PROTOCOL, protocol);
        if (!chosen.equals(protocol)) {
            ready.completeExceptionally(new IOException("the server speaks " + chosen + ", not " + protocol));
            var _ = context.close();
            return;
        }
        addSpdy(context, session);
        context.pipeline().get(HttpClientCodec.class).upgradeFrom(context);
        ready.complete(context.channel());
        context.pipeline().remove(this);
    }

    /// Puts SPDY behind a handler that gives bytes.
    static void addSpdy(ChannelHandlerContext context, SpdySession session) {
        var codec = new SpdyFrameCodec(
                SpdyVersion.SPDY_3_1, CHUNK_BYTES, HEADER_BYTES, COMPRESSION_LEVEL, WINDOW_BITS, MEMORY_LEVEL);
        context.pipeline().addLast(new Held(), codec, session);
    }

    /// Keeps the codec from reading on while nothing is to be read: it asks for more wherever it saw no message go on
    /// in the way of a decoder, and its frames go another.
    private static final class Held extends ChannelOutboundHandlerAdapter {
        @Override
        public void read(ChannelHandlerContext context) {
            if (context.channel().config().isAutoRead()) {
                var _ = context.read();
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        ready.completeExceptionally(cause);
        var _ = context.close();
    }

    /// What came behind the answer.
    @Override
    public boolean acceptInboundMessage(Object message) {
        return !(message instanceof ByteBuf);
    }
}
