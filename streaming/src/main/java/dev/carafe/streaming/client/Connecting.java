package dev.carafe.streaming.client;

import dev.carafe.streaming.StreamBuffers;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Opens connections to a server and waits until they speak what was asked for.
final class Connecting {
    private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(30);
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final EventLoopGroup loop;
    private final SslContext tls;

    /// @param tls for https
    Connecting(EventLoopGroup loop, SslContext tls) {
        this.loop = loop;
        this.tls = tls;
    }

    /// @param handlers end with one that completes the future, once the connection speaks its protocol
    <T> T open(URI url, List<ChannelHandler> handlers, CompletableFuture<T> ready)
            throws IOException, InterruptedException {
        var isTls = isTls(url);
        var host = host(url);
        var port = url.getPort() >= 0 ? url.getPort() : isTls ? HTTPS_PORT : HTTP_PORT;
        var connected = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.ALLOCATOR, StreamBuffers.ALLOCATOR)
                .option(ChannelOption.RECVBUF_ALLOCATOR, StreamBuffers.readings())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECTED_WITHIN.toMillis())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (isTls) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc(), host, port));
                        }
                        handlers.forEach(channel.pipeline()::addLast);
                    }
                })
                .connect(host, port);
        connected.await();
        if (!connected.isSuccess()) {
            throw new IOException(
                    "no connection to " + host + ":" + port + ": "
                            + connected.cause().getMessage(),
                    connected.cause());
        }
        connected
                .channel()
                .closeFuture()
                .addListener(_ ->
                        ready.completeExceptionally(new IOException(host + ":" + port + " closed the connection")));
        return await(connected.channel(), ready);
    }

    private static boolean isTls(URI url) throws IOException {
        return switch (url.getScheme()) {
            case "http" -> false;
            case "https" -> true;
            case null, default -> throw new IOException("neither http nor https: " + url);
        };
    }

    private static String host(URI url) throws IOException {
        var host = url.getHost();
        if (host == null) {
            throw new IOException("a URL without a host: " + url);
        }
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static <T> T await(Channel channel, CompletableFuture<T> ready) throws IOException, InterruptedException {
        var isReady = false;
        try {
            var opened = ready.get(CONNECTED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            isReady = true;
            return opened;
        } catch (ExecutionException e) {
            var why = e.getCause() == null ? e : e.getCause();
            throw new IOException(String.valueOf(why.getMessage()), why);
        } catch (TimeoutException e) {
            throw new IOException("the server did not answer within " + CONNECTED_WITHIN.toSeconds() + " s", e);
        } finally {
            if (!isReady) {
                var _ = channel.close();
            }
        }
    }
}
