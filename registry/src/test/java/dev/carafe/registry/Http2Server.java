package dev.carafe.registry;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// An HTTP/2 server over TLS on a loopback port, whose frames the test writes by hand.
final class Http2Server implements AutoCloseable {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Script script;
    private final Http2Settings settings;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final Channel listener;

    /// Answers one request, in the event loop.
    interface Script {
        void answer(Asked request, Reply reply);
    }

    /// @param connection counted from 1
    record Asked(String path, Map<String, String> headers, int connection) {}

    private Http2Server(SslContext tls, Http2Settings settings, Script script) throws InterruptedException {
        this.script = script;
        this.settings = settings;
        listener = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(tls.newHandler(channel.alloc()), new Start());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))
                .sync()
                .channel();
    }

    static Http2Server start(TestCertificate certificate, Script script) throws Exception {
        return start(certificate, Http2Settings.defaultSettings(), script);
    }

    static Http2Server start(TestCertificate certificate, Http2Settings settings, Script script) throws Exception {
        return new Http2Server(tls(certificate), settings, script);
    }

    private static SslContext tls(TestCertificate certificate) throws IOException, GeneralSecurityException {
        return SslContextBuilder.forServer(
                        certificate.key(), (X509Certificate) certificate.store().getCertificate("server"))
                .sslProvider(SslProvider.JDK)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.FATAL_ALERT,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        "h2"))
                .build();
    }

    /// As references have it.
    String host() {
        return "127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort();
    }

    int connections() {
        return connections.get();
    }

    List<Asked> asked() {
        return List.copyOf(asked);
    }

    /// What the client said besides requests, as `RST_STREAM CANCEL`.
    List<String> told() {
        return List.copyOf(told);
    }

    /// Until TLS is agreed on.
    private final class Start extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
                var codec = Http2FrameCodecBuilder.forServer()
                        .initialSettings(settings)
                        .autoAckPingFrame(false)
                        .decoderEnforceMaxRstFramesPerWindow(0, 0)
                        .build();
                context.pipeline().addLast(codec, new Served(connections.incrementAndGet()));
                context.pipeline().remove(this);
            }
        }
    }

    private final class Served extends ChannelInboundHandlerAdapter {
        private final int connection;

        Served(int connection) {
            this.connection = connection;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            switch (message) {
                case Http2HeadersFrame frame -> {
                    var headers = new HashMap<String, String>();
                    frame.headers()
                            .forEach(f -> headers.put(
                                    f.getKey().toString(), f.getValue().toString()));
                    var request = new Asked(headers.get(":path"), Map.copyOf(headers), connection);
                    asked.add(request);
                    script.answer(request, new Reply(context, frame.stream()));
                }
                case Http2ResetFrame frame -> told.add("RST_STREAM " + Http2Error.valueOf(frame.errorCode()));
                case Http2GoAwayFrame frame -> told.add("GOAWAY " + Http2Error.valueOf(frame.errorCode()));
                case Http2PingFrame frame -> told.add(frame.ack() ? "PONG" : "PING");
                default -> {}
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            told.add(String.valueOf(cause.getMessage()));
        }
    }

    /// The way back to the client.
    record Reply(ChannelHandlerContext context, Http2FrameStream stream) {
        void head(int status, Map<String, String> fields, boolean isAll) {
            var headers = new DefaultHttp2Headers(false).status(Integer.toString(status));
            fields.forEach(headers::add);
            var _ = write(new DefaultHttp2HeadersFrame(headers, isAll).stream(stream));
        }

        void data(byte[] bytes, boolean isEnd) {
            var _ = write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(bytes), isEnd).stream(stream));
        }

        void send(int status, Map<String, String> fields, byte[] body) {
            head(status, fields, body.length == 0);
            if (body.length > 0) {
                data(body, true);
            }
        }

        void reset(Http2Error error) {
            var _ = write(new DefaultHttp2ResetFrame(error).stream(stream));
        }

        /// @param more how many streams after those that came are still served
        void goAway(Http2Error error, int more) {
            var frame = new DefaultHttp2GoAwayFrame(error);
            frame.setExtraStreamIds(more);
            var _ = write(frame);
        }

        void cut() {
            var _ = context.close();
        }

        ChannelFuture write(Object frame) {
            return context.writeAndFlush(frame);
        }

        /// A frame as it stands on the wire (RFC 9113, section 4.1), past all checks.
        void raw(int type, int flags, int streamId, byte[] payload) {
            var frame = Unpooled.buffer()
                    .writeMedium(payload.length)
                    .writeByte(type)
                    .writeByte(flags)
                    .writeInt(streamId)
                    .writeBytes(payload);
            var _ = context.pipeline().context(Http2FrameCodec.class).writeAndFlush(frame);
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
