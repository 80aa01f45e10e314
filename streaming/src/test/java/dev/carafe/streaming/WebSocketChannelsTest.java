package dev.carafe.streaming;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WebSocketChannelsTest {
    private final StringBuilder taken = new StringBuilder();
    private final EmbeddedChannel channel = new EmbeddedChannel(new WebSocketChannels(
            "v4.base64.channel.k8s.io", new @Nullable Receiver[] {new Noting(taken)}, () -> taken.append(" lost")));

    private record Noting(StringBuilder taken) implements Receiver {
        @Override
        public void bytes(ByteBuf bytes) {
            taken.append(bytes.toString(UTF_8));
        }

        @Override
        public void end() {
            taken.append(" end");
        }

        @Override
        public void lost() {
            taken.append(" lost");
        }
    }

    private void text(boolean isLast, String text) {
        channel.writeInbound(new TextWebSocketFrame(isLast, 0, Unpooled.copiedBuffer(text, US_ASCII)));
    }

    private void more(boolean isLast, String text) {
        channel.writeInbound(new ContinuationWebSocketFrame(isLast, 0, Unpooled.copiedBuffer(text, US_ASCII)));
    }

    /// "hello, world" and "bye", cut within the groups that stand for three bytes.
    @Test
    void base64IsPutTogetherAgainFromFragments() {
        text(false, "0aGVsb");
        more(false, "G8sI");
        more(false, "");
        more(true, "Hdvcmxk");
        text(true, "0Ynll");
        assertEquals("hello, worldbye", taken.toString());
        channel.finishAndReleaseAll();
    }

    @Test
    void aGroupThatIsCutOffIsNoBase64() {
        text(false, "0aGVs");
        more(true, "bG8sI");
        assertEquals("hel lost", taken.toString());
        CloseWebSocketFrame said = channel.readOutbound();
        assertEquals(1007, assertInstanceOf(CloseWebSocketFrame.class, said).statusCode());
        said.release();
        channel.finishAndReleaseAll();
    }
}
