package dev.carafe.streaming;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A real client's frames, at Netty's decoder behind ours.
class ClientFramesTest {
    private static final int MAX = ClientFrames.MAX_BYTES;

    private static EmbeddedChannel server() {
        var config = WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(MAX)
                .allowExtensions(false)
                .withUTF8Validator(false)
                .build();
        return new EmbeddedChannel(new ClientFrames(), new WebSocket13FrameDecoder(config));
    }

    private static byte[] wire(WebSocketFrame... frames) {
        var client = new EmbeddedChannel(new WebSocket13FrameEncoder(true));
        client.writeOutbound((Object[]) frames);
        var bytes = new ByteArrayOutputStream();
        for (ByteBuf part = client.readOutbound(); part != null; part = client.readOutbound()) {
            bytes.writeBytes(bytes(part));
        }
        client.finishAndReleaseAll();
        return bytes.toByteArray();
    }

    private static byte[] bytes(ByteBuf buffer) {
        var bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        buffer.release();
        return bytes;
    }

    private static byte[] random(int length) {
        var bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static BinaryWebSocketFrame binary(byte[] bytes) {
        return new BinaryWebSocketFrame(Unpooled.wrappedBuffer(bytes));
    }

    private static List<WebSocketFrame> taken(EmbeddedChannel server) {
        var frames = new ArrayList<WebSocketFrame>();
        for (WebSocketFrame frame = server.readInbound(); frame != null; frame = server.readInbound()) {
            assertTrue(frame.content().readableBytes() <= MAX);
            frames.add(frame);
        }
        return frames;
    }

    private static byte[] joined(List<WebSocketFrame> frames) {
        var bytes = new ByteArrayOutputStream();
        frames.forEach(frame -> bytes.writeBytes(bytes(frame.content())));
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 0xFFFF, 0x10000, MAX - 1, MAX})
    void whatIsShortGoesOnAsItCame(int length) {
        var server = server();
        server.writeInbound(Unpooled.wrappedBuffer(wire(binary(random(length)))));
        var frames = taken(server);
        assertEquals(1, frames.size());
        assertTrue(frames.getFirst().isFinalFragment());
        assertArrayEquals(random(length), joined(frames));
        server.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 125, 126, 0xFFFF, 0x10000, MAX, MAX + 1})
    void whatIsLongComesInFragments(int beyond) {
        var server = server();
        server.writeInbound(Unpooled.wrappedBuffer(wire(binary(random(MAX + beyond)))));
        var frames = taken(server);
        assertEquals(1 + (beyond + MAX - 1) / MAX, frames.size());
        assertTrue(frames.getFirst() instanceof BinaryWebSocketFrame first && !first.isFinalFragment());
        assertTrue(frames.getLast() instanceof ContinuationWebSocketFrame last && last.isFinalFragment());
        assertArrayEquals(random(MAX + beyond), joined(frames));
        server.finishAndReleaseAll();
    }

    /// Wherever the network cuts it: a message in fragments of the client's own, some long and some short, with a ping
    /// between them and another message behind.
    @Test
    void nothingIsLostWhereverItIsCut() {
        var random = new Random();
        var seed = random.nextLong();
        random.setSeed(seed);
        for (var round = 0; round < 30; round++) {
            var first = random(random.nextInt(3 * MAX));
            var second = random(random.nextInt(3 * MAX));
            var third = random(random.nextInt(300));
            var wire = wire(
                    new TextWebSocketFrame(false, 0, Unpooled.wrappedBuffer(first)),
                    new PingWebSocketFrame(Unpooled.wrappedBuffer(random(5))),
                    new ContinuationWebSocketFrame(true, 0, Unpooled.wrappedBuffer(second)),
                    binary(third));
            var server = server();
            var most = 1 + random.nextInt(random.nextBoolean() ? 20_000 : 400_000);
            for (var at = 0; at < wire.length; ) {
                var count = Math.min(wire.length - at, 1 + random.nextInt(most));
                server.writeInbound(Unpooled.copiedBuffer(wire, at, count));
                at += count;
            }
            var frames = taken(server);
            assertTrue(frames.removeIf(frame -> frame instanceof PingWebSocketFrame && frame.release()), "no ping");
            var last = frames.removeLast();
            assertTrue(last instanceof BinaryWebSocketFrame && last.isFinalFragment(), "seed " + seed);
            assertArrayEquals(third, bytes(last.content()), "seed " + seed);
            assertTrue(frames.getFirst() instanceof TextWebSocketFrame
                    && frames.getLast().isFinalFragment());
            var both = new ByteArrayOutputStream();
            both.writeBytes(first);
            both.writeBytes(second);
            assertArrayEquals(both.toByteArray(), joined(frames), "seed " + seed);
            server.finishAndReleaseAll();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "82 7F 00 00 00 01 00 00 00 00", // not masked
                "89 FF 00 00 00 00 00 10 00 00 00 00 00 00", // a ping of a mebibyte
                "82 FF 80 00 00 00 00 00 00 00 00 00 00 00" // a length below zero
            })
    void whatIsWrongIsRefused(String hex) {
        var server = server();
        var bytes = new byte[hex.split(" ").length];
        for (var i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(hex.split(" ")[i], 16);
        }
        assertThrows(CorruptedWebSocketFrameException.class, () -> server.writeInbound(Unpooled.wrappedBuffer(bytes)));
        server.finishAndReleaseAll();
    }
}
