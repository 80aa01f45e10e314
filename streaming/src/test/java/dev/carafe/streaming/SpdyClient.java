package dev.carafe.streaming;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A SPDY client as kubectl's is: no flow control of its own.
final class SpdyClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Map<Integer, Stream> streams = new ConcurrentHashMap<>();
    private final LinkedBlockingQueue<Object> others = new LinkedBlockingQueue<>();
    private final CompletableFuture<FullHttpResponse> answer = new CompletableFuture<>();
    private final CompletableFuture<Boolean> closed = new CompletableFuture<>();
    private final Channel channel;
    private int nextId = 1;

    private SpdyClient(URI url) {
        channel = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel made) {
                        made.pipeline().addLast(new HttpClientCodec(), new HttpObjectAggregator(65536), new Reader());
                    }
                })
                .connect(url.getHost(), url.getPort())
                .syncUninterruptibly()
                .channel();
    }

    /// Asks for the upgrade, and gives the answer's status.
    static SpdyClient connect(String url, String... protocols) throws Exception {
        var at = URI.create(url);
        var client = new SpdyClient(at);
        var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, at.getPath());
        request.headers()
                .set("Host", at.getAuthority())
                .set("Connection", "Upgrade")
                .set("Upgrade", "SPDY/3.1");
        for (var protocol : protocols) {
            request.headers().add("X-Stream-Protocol-Version", protocol);
        }
        var _ = client.channel.writeAndFlush(request);
        client.answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return client;
    }

    int status() {
        return answer.join().status().code();
    }

    String protocol() {
        return answer.join().headers().get("X-Stream-Protocol-Version", "");
    }

    /// Opens a stream and waits for its reply.
    Stream open(String... headers) throws Exception {
        var stream = new Stream(nextId);
        nextId += 2;
        streams.put(stream.id, stream);
        var frame = new DefaultSpdySynStreamFrame(stream.id, 0, (byte) 0);
        for (var i = 0; i < headers.length; i += 2) {
            frame.headers().add(headers[i], headers[i + 1]);
        }
        channel.writeAndFlush(frame).sync();
        stream.replied.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return stream;
    }

    void send(Object frame) throws InterruptedException {
        channel.writeAndFlush(frame).sync();
    }

    Object next() throws InterruptedException {
        var next = others.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return next == null ? "nothing" : next;
    }

    void stopReading() {
        channel.config().setAutoRead(false);
    }

    void readOn() {
        channel.config().setAutoRead(true);
    }

    boolean isClosedSoon() throws Exception {
        return closed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /// A stream of ours and what came on it.
    final class Stream {
        private final int id;
        private final CompletableFuture<Boolean> replied = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean hasEnded;

        Stream(int id) {
            this.id = id;
        }

        int id() {
            return id;
        }

        void write(String text) throws InterruptedException {
            write(text.getBytes(StandardCharsets.UTF_8));
        }

        void write(byte[] part) throws InterruptedException {
            send(new DefaultSpdyDataFrame(id, Unpooled.wrappedBuffer(part)));
        }

        void finish() throws InterruptedException {
            send(new DefaultSpdyDataFrame(id).setLast(true));
        }

        private synchronized void came(ByteBuf content, boolean last) {
            var part = new byte[content.readableBytes()];
            content.readBytes(part);
            bytes.writeBytes(part);
            hasEnded |= last;
            notifyAll();
        }

        /// All that came until the server finished the stream.
        synchronized byte[] readAll() throws Exception {
            await(Integer.MAX_VALUE);
            return bytes.toByteArray();
        }

        String text() throws Exception {
            return new String(readAll(), StandardCharsets.UTF_8);
        }

        /// The first so many bytes.
        synchronized String first(int count) throws Exception {
            await(count);
            return new String(bytes.toByteArray(), 0, count, StandardCharsets.UTF_8);
        }

        private void await(int count) throws Exception {
            var until = System.nanoTime() + PATIENCE.toNanos();
            while (!hasEnded && bytes.size() < count) {
                var left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                if (left <= 0) {
                    throw new TimeoutException("stream " + id + " has " + bytes.size() + " bytes and did not end");
                }
                wait(left);
            }
        }

        synchronized int count() {
            return bytes.size();
        }
    }

    private final class Reader extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            switch (message) {
                case FullHttpResponse response -> upgraded(context, response);
                case SpdyDataFrame data -> {
                    var stream = streams.get(data.streamId());
                    if (stream != null) {
                        stream.came(data.content(), data.isLast());
                    }
                    data.release();
                }
                case SpdySynReplyFrame reply ->
                    streams.get(reply.streamId()).replied.complete(true);
                case SpdyRstStreamFrame reset -> {
                    var stream = streams.get(reset.streamId());
                    if (stream != null) {
                        stream.replied.completeExceptionally(new IOException("reset: " + reset.status()));
                        stream.came(Unpooled.EMPTY_BUFFER, true);
                    }
                    others.add(reset);
                }
                default -> others.add(message);
            }
        }

        private void upgraded(ChannelHandlerContext context, FullHttpResponse response) {
            if (response.status().code() == 101) {
                context.pipeline().addBefore(context.name(), "spdy", new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
                context.pipeline().remove(HttpObjectAggregator.class);
                context.pipeline().remove(HttpClientCodec.class);
            }
            answer.complete(response);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            closed.complete(true);
            streams.values().forEach(stream -> stream.came(Unpooled.EMPTY_BUFFER, true));
        }
    }
}
