package dev.carafe.streaming;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Ends a connection so that the last bytes arrive: a socket that is closed while the client still sends is reset by
/// the kernel, and what it has not passed on is lost. So only our side is closed, what comes is dropped, and the rest
/// is closed when the client closes, or after a while.
final class Farewell {
    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(10);

    private Farewell() {}

    /// @param last of what is sent; the connection's handlers drop what comes from now on
    static void say(ChannelHandlerContext context, ChannelFuture last) {
        var channel = context.channel();
        channel.config().setAutoRead(true);
        last.addListener(_ -> {
            var tls = context.pipeline().get(SslHandler.class);
            if (tls != null) {
                var _ = tls.closeOutbound();
            } else if (channel instanceof DuplexChannel duplex) {
                var _ = duplex.shutdownOutput();
            }
        });
        Future<?> limit =
                channel.eventLoop().schedule(() -> close(channel), CLOSED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(_ -> limit.cancel(false));
    }

    private static void close(Channel channel) {
        var _ = channel.close();
    }
}
