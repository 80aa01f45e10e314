package dev.carafe.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A WebSocket connection that carries several channels, told apart by the first byte of each message. For its event
/// loop.
final class WebSocketChannels extends SimpleChannelInboundHandler<WebSocketFrame> {
    /// In the fifth version: the client closes the channel that the next byte names.
    private static final int CLOSE_CHANNEL = 255;

    /// That stand for three bytes.
    private static final int BASE64_GROUP = 4;

    private static final int MAX_ANSWERS_WAITING = 100;

    private final boolean isBase64;
    private final boolean canCloseChannels;
    private final @Nullable Receiver[] receivers;
    private final Runnable lost;
    private int continued = -1;

    /// Of base64, what came of a group of characters that goes on in the message's next fragment.
    private String rest = "";

    private int answersWaiting;
    private boolean isOver;

    /// @param receivers by the channels' numbers; null where nothing is taken
    /// @param lost called when the connection has broken off, also after [#end(ChannelHandlerContext)]
    WebSocketChannels(String protocol, @Nullable Receiver[] receivers, Runnable lost) {
        isBase64 = WebSocketProtocols.isBase64(protocol);
        canCloseChannels = protocol.equals(WebSocketProtocols.FIFTH);
        this.receivers = Arrays.copyOf(receivers, receivers.length);
        this.lost = lost;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        if (isOver) {
            endIfClosed(context, frame);
            return;
        }
        switch (frame) {
            case BinaryWebSocketFrame message -> message(context, message.content(), message.isFinalFragment());
            case TextWebSocketFrame message -> message(context, message.content(), message.isFinalFragment());
            case ContinuationWebSocketFrame part -> continued(context, part);
            case PingWebSocketFrame ping -> pong(context, ping);
            case CloseWebSocketFrame close -> {
                isOver = true;
                context.writeAndFlush(close.retain()).addListener(ChannelFutureListener.CLOSE);
            }
            default -> {}
        }
    }

    private static void endIfClosed(ChannelHandlerContext context, WebSocketFrame frame) {
        if (frame instanceof CloseWebSocketFrame) {
            var _ = context.close();
        }
    }

    private void message(ChannelHandlerContext context, ByteBuf bytes, boolean isWhole) {
        if (!bytes.isReadable()) {
            return;
        }
        var first = bytes.readUnsignedByte();
        var number = isBase64 ? first - '0' : first;
        if (canCloseChannels && number == CLOSE_CHANNEL) {
            close(bytes);
            return;
        }
        continued = isWhole ? -1 : number;
        rest = "";
        deliver(context, number, bytes, isWhole);
    }

    private void continued(ChannelHandlerContext context, ContinuationWebSocketFrame part) {
        if (continued < 0) {
            return;
        }
        deliver(context, continued, part.content(), part.isFinalFragment());
        if (part.isFinalFragment()) {
            continued = -1;
        }
    }

    private void deliver(ChannelHandlerContext context, int number, ByteBuf bytes, boolean isLast) {
        var receiver = receiver(number);
        if (receiver == null) {
            return;
        }
        if (isBase64) {
            decode(context, receiver, rest + bytes.toString(StandardCharsets.US_ASCII), isLast);
        } else if (bytes.isReadable()) {
            receiver.bytes(bytes);
        }
    }

    private void decode(ChannelHandlerContext context, Receiver receiver, String text, boolean isLast) {
        var count = isLast ? text.length() : text.length() - text.length() % BASE64_GROUP;
        rest = text.substring(count);
        if (count == 0) {
            return;
        }
        try {
            receiver.bytes(Unpooled.wrappedBuffer(WebSocketWire.decoded(text.substring(0, count))));
        } catch (IllegalArgumentException notBase64) {
            fail(context, WebSocketCloseStatus.INVALID_PAYLOAD_DATA);
        }
    }

    private void close(ByteBuf bytes) {
        var receiver = bytes.isReadable() ? receiver(bytes.readUnsignedByte()) : null;
        if (receiver != null) {
            receiver.end();
        }
    }

    private @Nullable Receiver receiver(int number) {
        return number >= 0 && number < receivers.length ? receivers[number] : null;
    }

    private void pong(ChannelHandlerContext context, PingWebSocketFrame ping) {
        if (++answersWaiting > MAX_ANSWERS_WAITING) {
            var _ = context.close();
            return;
        }
        context.writeAndFlush(new PongWebSocketFrame(ping.content().retain())).addListener(_ -> answersWaiting--);
    }

    private void fail(ChannelHandlerContext context, WebSocketCloseStatus why) {
        isOver = true;
        context.writeAndFlush(new CloseWebSocketFrame(why)).addListener(ChannelFutureListener.CLOSE);
    }

    /// Says goodbye after all that was sent, and closes when the client has.
    void end(ChannelHandlerContext context) {
        if (!isOver) {
            isOver = true;
            Farewell.say(context, context.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE)));
        }
    }

    /// A message that is too long, or what is no WebSocket: Netty has told the client.
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        isOver = true;
        lost.run();
        super.channelInactive(context);
    }
}
