package dev.carafe.registry;

import dev.carafe.registry.TransportException.Kind;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Frame;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2NoMoreStreamIdsException;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 connection (RFC 9113): many exchanges at a time, each on a stream of its own. The registry may send of
/// each answer what its window allows, which opens as the answer is read; the socket is always read. All but
/// [#send] belongs to the event loop.
final class Http2Connection extends Http2ChannelDuplexHandler implements Connection {
    /// That bring no answer forward, in a row: settings, pings, priorities, interim heads.
    private static final int MOST_CONTROL_FRAMES = 1000;

    private static final String TAKES_NO_MORE = ": it takes no more requests now";
    private static final int HIGHEST_PING = 1 << 30;

    private final Route route;
    private final Channel channel;
    private final SharedConnections shared;
    private final Map<Http2FrameStream, Open> open = new HashMap<>();
    private int controlFrames;
    private int pings;
    private boolean awaitsPong;
    /// What has ended it, which a request that comes too late is told; null as long as it can be used.
    private @Nullable Throwable failure;

    /// An exchange on its stream.
    private static final class Open {
        private final Exchange exchange;
        private final Content content;
        private boolean hasHead;

        Open(Exchange exchange, Content content) {
            this.exchange = exchange;
            this.content = content;
        }
    }

    /// Who waits for an answer, whose stream is there once its request was begun.
    private final class Reader implements Exchange.Source {
        private @Nullable Http2FrameStream stream;

        @Override
        public void taken(int bytes, boolean wantsMore) {
            soon(() -> openWindow(stream, bytes));
        }

        @Override
        public void giveUp(boolean hasStalled) {
            soon(() -> cancel(stream, hasStalled));
        }
    }

    Http2Connection(Route route, Channel channel, SharedConnections shared) {
        this.route = route;
        this.channel = channel;
        this.shared = shared;
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
        var reader = new Reader();
        var exchange = new Exchange(route.origin(), reader);
        if (!soon(() -> begin(request, reader, exchange))) {
            exchange.fail(Kind.CLOSED, ": the client is closed", new ClosedChannelException());
        }
        return exchange;
    }

    /// False when the event loop has ended, and all connections with it.
    private boolean soon(Runnable step) {
        try {
            channel.eventLoop().execute(step);
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }

    private void begin(Request request, Reader reader, Exchange exchange) {
        if (failure != null) {
            exchange.failAtConnection(failure);
            return;
        }
        var stream = newStream();
        reader.stream = stream;
        open.put(stream, new Open(exchange, request.content()));
        var head = new DefaultHttp2HeadersFrame(request.http2Headers(), !request.isPost()).stream(stream);
        channel.write(head).addListener(written -> {
            if (!written.isSuccess()) {
                notSent(stream, written.cause());
            }
        });
        if (request.isPost()) {
            var _ = channel.write(new DefaultHttp2DataFrame(request.body(), true).stream(stream));
        }
        channel.flush();
    }

    private void notSent(Http2FrameStream stream, Throwable cause) {
        var isRefused = cause instanceof Http2NoMoreStreamIdsException
                || (cause instanceof Http2Exception refused && refused.error() == Http2Error.REFUSED_STREAM);
        if (isRefused) {
            shared.retire(this);
        }
        fail(
                stream,
                isRefused ? Kind.REFUSED : Kind.BROKEN,
                isRefused ? TAKES_NO_MORE : ": the connection broke",
                cause);
    }

    private void openWindow(@Nullable Http2FrameStream stream, int bytes) {
        if (stream != null && bytes > 0 && open.containsKey(stream)) {
            write(new DefaultHttp2WindowUpdateFrame(bytes).stream(stream));
        }
    }

    private void cancel(@Nullable Http2FrameStream stream, boolean hasStalled) {
        if (hasStalled) {
            // It may be the connection that is dead; nothing new is to wait for it.
            shared.retire(this);
        }
        if (stream != null && end(stream)) {
            write(new DefaultHttp2ResetFrame(Http2Error.CANCEL).stream(stream));
        }
    }

    /// False when it was over already.
    private boolean end(Http2FrameStream stream) {
        var ended = open.remove(stream);
        if (ended == null) {
            return false;
        }
        shared.release(this, ended.content);
        return true;
    }

    private void fail(Http2FrameStream stream, Kind kind, String what, Throwable cause) {
        fail(stream, exchange -> exchange.fail(kind, what, cause));
    }

    private void fail(Http2FrameStream stream, Consumer<Exchange> failing) {
        var failed = open.get(stream);
        if (failed != null && end(stream)) {
            failing.accept(failed.exchange);
        }
    }

    /// Where it fails, the connection does.
    private void write(Http2Frame frame) {
        var _ = channel.writeAndFlush(frame);
    }

    private void failAll(Predicate<Http2FrameStream> which, Kind kind, String what, Throwable cause) {
        for (var stream : List.copyOf(open.keySet())) {
            if (which.test(stream)) {
                fail(stream, kind, what, cause);
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        awaitsPong = false;
        try {
            switch (message) {
                case Http2HeadersFrame frame -> head(frame);
                case Http2DataFrame frame -> data(frame);
                case Http2ResetFrame frame -> reset(frame);
                case Http2GoAwayFrame frame -> goAway(frame);
                case Http2SettingsFrame frame -> settings(frame);
                default -> countControlFrame();
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void head(Http2HeadersFrame frame) {
        var asked = open.get(frame.stream());
        if (asked == null) {
            return; // given up meanwhile
        }
        try {
            if (!asked.hasHead) {
                var response = response(frame.headers());
                if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
                    countControlFrame();
                    return;
                }
                asked.hasHead = true;
                controlFrames = 0;
                asked.exchange.begin(response);
            }
            if (frame.isEndStream() && end(frame.stream())) {
                asked.exchange.end();
            }
        } catch (IllegalArgumentException e) {
            malformed(frame.stream(), Http2Error.PROTOCOL_ERROR, e);
        }
    }

    /// @throws IllegalArgumentException where it is no head of an answer
    private static HttpResponse response(Http2Headers headers) {
        var status = headers.status();
        if (status == null || !status.toString().matches("[1-9][0-9]{2}")) {
            throw new IllegalArgumentException("no status");
        }
        var response = new DefaultHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(Integer.parseInt(status.toString())));
        headers.forEach(field -> {
            if (!Http2Headers.PseudoHeaderName.hasPseudoHeaderFormat(field.getKey())) {
                response.headers().add(field.getKey(), field.getValue());
            }
        });
        return response;
    }

    private void data(Http2DataFrame frame) {
        var asked = open.get(frame.stream());
        if (asked == null) {
            return;
        }
        if (!asked.hasHead) {
            malformed(
                    frame.stream(), Http2Error.PROTOCOL_ERROR, new IllegalArgumentException("a body before its head"));
            return;
        }
        var bytes = frame.content().readableBytes();
        controlFrames = bytes == 0 ? controlFrames : 0;
        asked.exchange.append(frame.content());
        openWindow(frame.stream(), frame.initialFlowControlledBytes() - bytes); // padding
        if (frame.isEndStream() && end(frame.stream())) {
            asked.exchange.end();
        }
    }

    private void reset(Http2ResetFrame frame) {
        countControlFrame();
        var error = Http2Error.valueOf(frame.errorCode());
        var isRefused = error == Http2Error.REFUSED_STREAM;
        if (isRefused) {
            shared.retire(this);
        }
        fail(
                frame.stream(),
                isRefused ? Kind.REFUSED : Kind.BROKEN,
                isRefused ? TAKES_NO_MORE : ": it broke the answer off: " + named(error),
                new ClosedChannelException());
    }

    private void goAway(Http2GoAwayFrame frame) {
        shared.retire(this);
        var error = Http2Error.valueOf(frame.errorCode());
        failAll(
                stream -> stream.id() > frame.lastStreamId(),
                Kind.REFUSED,
                ": it closes the connection: " + named(error),
                new ClosedChannelException());
    }

    /// The specification's word.
    private static String named(Http2Error error) {
        return error == null ? "an unknown error" : error.toString();
    }

    private void settings(Http2SettingsFrame frame) {
        var most = frame.settings().maxConcurrentStreams();
        if (most != null) {
            shared.limit(this, most);
        }
        countControlFrame();
    }

    private void countControlFrame() {
        if (++controlFrames > MOST_CONTROL_FRAMES) {
            var flooded = new ClosedChannelException();
            failAll(_ -> true, Kind.MALFORMED, ": it floods the connection with frames that say nothing", flooded);
            var _ = channel.close();
        }
    }

    private void malformed(Http2FrameStream stream, Http2Error error, Throwable cause) {
        fail(stream, Kind.MALFORMED, ": its answer is not HTTP", cause);
        write(new DefaultHttp2ResetFrame(error).stream(stream));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.read();
    }

    /// When nothing has come for a while: a registry that is there answers a ping.
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof IdleStateEvent) || open.isEmpty()) {
            context.fireUserEventTriggered(event);
        } else if (awaitsPong) {
            failAll(_ -> true, Kind.BROKEN, ": the connection is dead", new ClosedChannelException());
            var _ = context.close();
        } else {
            awaitsPong = true;
            pings = (pings + 1) % HIGHEST_PING;
            write(new DefaultHttp2PingFrame(pings));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        shared.remove(this);
        failure = failure == null ? new ClosedChannelException() : failure;
        failAll(_ -> true, Kind.BROKEN, ": the connection broke", failure);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        switch (cause) {
            case Http2FrameStreamException e -> malformed(e.stream(), e.error(), e);
            case Http2Exception e -> {
                shared.retire(this);
                failAll(_ -> true, Kind.MALFORMED, ": its answer is not HTTP", e);
            }
            default -> {
                shared.remove(this);
                failure = cause;
                for (var stream : List.copyOf(open.keySet())) {
                    fail(stream, exchange -> exchange.failAtConnection(cause));
                }
                var _ = context.close();
            }
        }
    }
}
