package dev.carafe.streaming;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdySettingsFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdyWindowUpdateFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.io.ByteArrayOutputStream;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a hostile client may send after the handshake: nothing of it is a bug of ours, and none of it stays in memory.
class HostileBytesTest {
    private static final int MUTATIONS = Integer.getInteger("carafe.test.mutations", 300);
    private static final int MAX_CHANGES = 8;

    static LongStream seeds() {
        var fixed = Long.getLong("carafe.test.seed");
        return fixed == null ? new Random().longs(MUTATIONS / 10) : LongStream.of(fixed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void mutatedSpdyFramesEndInAnAnswerOrInTheConnectionsEnd(long seed) {
        var random = new Random(seed);
        for (var round = 0; round < 10; round++) {
            var bytes = mutated(session(random), random);
            var forward = new SpdyForward("p", new NoPorts(), new Gate(new EmbeddedChannel(), new Budget()));
            var channel = new EmbeddedChannel(new SpdyConnection(forward, SpdyForward.MAX_STREAMS));
            assertDoesNotThrow(() -> deliver(channel, bytes, random), "seed " + seed);
            channel.finishAndReleaseAll();
            assertTrue(!channel.isOpen(), "seed " + seed);
        }
    }

    /// A client's frames, as a real one writes them.
    private static byte[] session(Random random) {
        var client = new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
        if (random.nextBoolean()) {
            client.writeOutbound(new DefaultSpdySettingsFrame().setValue(7, random.nextInt(100_000)));
        }
        for (var id = 1; id < 12; id += 2) {
            var opened = new DefaultSpdySynStreamFrame(id, 0, (byte) 0);
            opened.headers().add("streamtype", id % 4 == 1 ? "error" : "data");
            opened.headers().add("port", "1");
            opened.headers().add("requestid", Integer.toString(id / 4));
            client.writeOutbound(opened);
            client.writeOutbound(new DefaultSpdyDataFrame(id, Unpooled.wrappedBuffer(new byte[random.nextInt(200)])));
            client.writeOutbound(new DefaultSpdyPingFrame(id));
            client.writeOutbound(new DefaultSpdyWindowUpdateFrame(id, 1 + random.nextInt(1000)));
        }
        return written(client);
    }

    private static byte[] written(EmbeddedChannel client) {
        var bytes = new ByteArrayOutputStream();
        for (ByteBuf frame = client.readOutbound(); frame != null; frame = client.readOutbound()) {
            var part = new byte[frame.readableBytes()];
            frame.readBytes(part);
            bytes.writeBytes(part);
            frame.release();
        }
        client.finishAndReleaseAll();
        return bytes.toByteArray();
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        IntStream.range(0, random.nextInt(MAX_CHANGES))
                .forEach(_ -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt());
        return bytes;
    }

    private static void deliver(EmbeddedChannel channel, byte[] bytes, Random random) {
        for (var at = 0; at < bytes.length && channel.isOpen(); ) {
            var count = Math.min(bytes.length - at, 1 + random.nextInt(500));
            channel.writeInbound(Unpooled.copiedBuffer(bytes, at, count));
            at += count;
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void anyWebSocketMessagesEndInAnAnswerOrInTheConnectionsEnd(long seed) {
        var random = new Random(seed);
        for (var protocol : WebSocketProtocols.of(new Request.Attach("c", new Streams(true, true, false, false)))) {
            var channel = new EmbeddedChannel();
            var taken = new AtomicInteger();
            var receivers =
                    new @Nullable Receiver[] {new Counting(taken), null, null, null, new Sizes(new NoWire(channel))};
            channel.pipeline().addLast(new WebSocketChannels(protocol, receivers, () -> {}));
            assertDoesNotThrow(
                    () -> IntStream.range(0, 50)
                            .filter(_ -> channel.isOpen())
                            .forEach(_ -> channel.writeInbound(message(random))),
                    "seed " + seed);
            channel.finishAndReleaseAll();
        }
    }

    /// From the socket on: headers too, whose lengths then lie.
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void mutatedWebSocketBytesEndInAnAnswerOrInTheConnectionsEnd(long seed) {
        var random = new Random(seed);
        for (var round = 0; round < 10; round++) {
            var bytes = mutated(conversation(random), random);
            var config = WebSocketDecoderConfig.newBuilder()
                    .maxFramePayloadLength(ClientFrames.MAX_BYTES)
                    .allowExtensions(false)
                    .withUTF8Validator(false)
                    .build();
            var receivers = new @Nullable Receiver[] {new Counting(new AtomicInteger())};
            var channel = new EmbeddedChannel(
                    new ClientFrames(),
                    new WebSocket13FrameDecoder(config),
                    new WebSocketChannels("v5.channel.k8s.io", receivers, () -> {}));
            assertDoesNotThrow(() -> deliver(channel, bytes, random), "seed " + seed);
            channel.finishAndReleaseAll();
            assertTrue(!channel.isOpen(), "seed " + seed);
        }
    }

    /// A client's messages, as a real one writes them.
    private static byte[] conversation(Random random) {
        var client = new EmbeddedChannel(new WebSocket13FrameEncoder(true));
        IntStream.range(0, 20).forEach(_ -> client.writeOutbound(message(random)));
        return written(client);
    }

    private static WebSocketFrame message(Random random) {
        var bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        if (bytes.length > 0 && random.nextBoolean()) {
            bytes[0] = (byte) new int[] {0, 4, 255, '0', '4'}[random.nextInt(5)];
        }
        var content = Unpooled.wrappedBuffer(bytes);
        return switch (random.nextInt(4)) {
            case 0 -> new TextWebSocketFrame(random.nextBoolean(), 0, content);
            case 1 -> new ContinuationWebSocketFrame(random.nextBoolean(), 0, content);
            case 2 -> new PingWebSocketFrame(content);
            default -> new BinaryWebSocketFrame(random.nextBoolean(), 0, content);
        };
    }

    /// Every connection is still being made.
    private static final class NoPorts implements Sessions {
        @Override
        public int exec(String containerId, List<String> command, Client client) {
            throw new AssertionError();
        }

        @Override
        public void attach(String containerId, Client client) {
            throw new AssertionError();
        }

        @Override
        public SocketChannel connect(String podId, int port) throws InterruptedException {
            new CountDownLatch(1).await();
            throw new AssertionError();
        }
    }

    private record Counting(AtomicInteger taken) implements Receiver {
        @Override
        public void bytes(ByteBuf bytes) {
            taken.addAndGet(bytes.readableBytes());
        }

        @Override
        public void end() {
            taken.incrementAndGet();
        }

        @Override
        public void lost() {
            taken.incrementAndGet();
        }
    }

    private record NoWire(EmbeddedChannel channel) implements Wire {
        @Override
        public void send(ByteBuf bytes, ChannelPromise sent) {
            bytes.release();
        }

        @Override
        public void finish() {
            assertEquals(0, channel.outboundMessages().size());
        }

        @Override
        public void reset() {
            finish();
        }

        @Override
        public void dealtWith(int bytes) {
            assertTrue(bytes >= 0);
        }
    }
}
