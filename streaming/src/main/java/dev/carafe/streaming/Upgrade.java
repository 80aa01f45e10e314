package dev.carafe.streaming;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The one HTTP request of a connection: its path holds a token, and it asks for SPDY or WebSocket. Everything else
/// gets an answer that says nothing, and the connection is closed.
final class Upgrade extends SimpleChannelInboundHandler<HttpObject> {
    private static final String SPDY = "spdy/3.1";
    private static final String PROTOCOL_VERSION = "X-Stream-Protocol-Version";
    private static final String ACCEPTED_VERSIONS = "X-Accepted-Stream-Protocol-Versions";

    private final Tokens tokens;
    private final Served server;
    private @Nullable HttpRequest request;

    Upgrade(Tokens tokens, Served server) {
        this.tokens = tokens;
        this.server = server;
    }

    /// Under which a token of the request is good.
    static String path(Request request) {
        return switch (request) {
            case Request.Exec _ -> "/exec/";
            case Request.Attach _ -> "/attach/";
            case Request.PortForward _ -> "/portforward/";
        };
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        if (!message.decoderResult().isSuccess()) {
            refuse(context, HttpResponseStatus.BAD_REQUEST, "");
            return;
        }
        if (message instanceof HttpRequest begun) {
            request = begun;
        }
        // A body is not for us, and is passed over.
        if (message instanceof LastHttpContent && request != null) {
            var whole = request;
            request = null;
            upgrade(context, whole);
        }
    }

    private void upgrade(ChannelHandlerContext context, HttpRequest asked) {
        var isMethod = asked.method().equals(HttpMethod.GET) || asked.method().equals(HttpMethod.POST);
        var granted = isMethod ? granted(asked.uri()) : Optional.<Request>empty();
        if (granted.isEmpty()) {
            refuse(context, HttpResponseStatus.NOT_FOUND, "");
            return;
        }
        var upgrade = asked.headers().get(HttpHeaderNames.UPGRADE, "").toLowerCase(Locale.ROOT);
        if (!asked.headers().containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)) {
            refuse(context, HttpResponseStatus.BAD_REQUEST, "unable to upgrade: missing upgrade headers in request");
        } else if (upgrade.equals(SPDY)) {
            spdy(context, asked, granted.get());
        } else if (upgrade.equals("websocket")) {
            webSocket(context, asked, granted.get());
        } else {
            refuse(context, HttpResponseStatus.BAD_REQUEST, "unable to upgrade: only SPDY/3.1 and websocket are known");
        }
    }

    /// What follows a question mark is the client's own affair.
    private Optional<Request> granted(String uri) {
        var path = uri.split("\\?", 2)[0];
        var end = path.lastIndexOf('/') + 1;
        return tokens.use(path.substring(end)).filter(found -> path.equals(path(found) + path.substring(end)));
    }

    // -- SPDY

    private void spdy(ChannelHandlerContext context, HttpRequest asked, Request granted) {
        var known = granted instanceof Request.PortForward ? List.of(SpdyForward.PROTOCOL) : SpdyCommand.PROTOCOLS;
        var offered = listed(asked.headers().getAll(PROTOCOL_VERSION));
        var chosen = offered.isEmpty()
                ? Optional.of(known.getLast()) // as the first clients did, which knew of one protocol only
                : offered.stream().filter(known::contains).findFirst();
        if (chosen.isEmpty()) {
            refuseProtocol(context, known);
            return;
        }
        var headers = new DefaultHttpHeaders()
                .add(HttpHeaderNames.CONNECTION, "Upgrade")
                .add(HttpHeaderNames.UPGRADE, "SPDY/3.1");
        if (!offered.isEmpty()) {
            headers.add(PROTOCOL_VERSION, chosen.get());
        }
        var _ = context.writeAndFlush(answer(HttpResponseStatus.SWITCHING_PROTOCOLS, headers, ""));
        Protocols.spdy(context, granted, chosen.get(), server);
        context.pipeline().remove(HttpServerCodec.class);
        context.pipeline().remove(this);
    }

    private static void refuseProtocol(ChannelHandlerContext context, List<String> known) {
        var headers = new DefaultHttpHeaders();
        known.forEach(protocol -> headers.add(ACCEPTED_VERSIONS, protocol));
        var text = "unable to upgrade: unable to negotiate protocol: server accepts " + known;
        context.writeAndFlush(answer(HttpResponseStatus.FORBIDDEN, headers, text))
                .addListener(ChannelFutureListener.CLOSE);
    }

    private static List<String> listed(List<String> headers) {
        return headers.stream()
                .flatMap(header -> Arrays.stream(header.split(",")))
                .map(String::strip)
                .filter(protocol -> !protocol.isEmpty())
                .toList();
    }

    // -- WebSocket

    private void webSocket(ChannelHandlerContext context, HttpRequest asked, Request granted) {
        var known = WebSocketProtocols.of(granted);
        var offered = listed(asked.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL));
        var chosen = offered.isEmpty()
                ? Optional.of("")
                : offered.stream().filter(known::contains).findFirst();
        if (chosen.isEmpty()) {
            refuseProtocol(context, known);
            return;
        }
        var config = WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(ClientFrames.MAX_BYTES)
                .allowExtensions(false)
                .withUTF8Validator(false)
                .build();
        var subprotocol = chosen.get().isEmpty() ? null : chosen.get();
        var handshaker = new WebSocketServerHandshakerFactory("ws://localhost" + asked.uri(), subprotocol, config)
                .newHandshaker(asked);
        if (handshaker == null) {
            WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(context.channel())
                    .addListener(ChannelFutureListener.CLOSE);
            return;
        }
        shakeHands(context, asked, handshaker, () -> Protocols.webSocket(context, granted, chosen.get(), server));
    }

    private void shakeHands(
            ChannelHandlerContext context, HttpRequest asked, WebSocketServerHandshaker handshaker, Runnable then) {
        var whole = new DefaultFullHttpRequest(
                asked.protocolVersion(),
                asked.method(),
                asked.uri(),
                Unpooled.EMPTY_BUFFER,
                asked.headers(),
                new DefaultHttpHeaders());
        try {
            var _ = handshaker.handshake(context.channel(), whole, null, context.newPromise());
            context.pipeline().addBefore("wsdecoder", null, new ClientFrames());
        } catch (RuntimeException noHandshake) {
            refuse(context, HttpResponseStatus.BAD_REQUEST, "");
            return;
        }
        then.run();
        context.pipeline().remove(this);
    }

    // -- answers

    private static void refuse(ChannelHandlerContext context, HttpResponseStatus status, String text) {
        context.writeAndFlush(answer(status, new DefaultHttpHeaders(), text)).addListener(ChannelFutureListener.CLOSE);
    }

    private static DefaultFullHttpResponse answer(HttpResponseStatus status, HttpHeaders headers, String text) {
        var body = Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        response.headers().add(headers);
        if (!status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            response.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                    .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                    .set(HttpHeaderNames.CONNECTION, "close");
        }
        return response;
    }

    /// A client that hangs up or sends what is no HTTP: there is nobody to tell.
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }
}
