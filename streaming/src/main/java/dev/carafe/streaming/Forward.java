package dev.carafe.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// One connection into a pod, between a client's stream and the pod's socket, both on the client's event loop: no
/// thread stands behind it once it is connected. Each side's end goes on to the other; what one does not read, the
/// other can't send.
final class Forward extends ChannelInboundHandlerAdapter implements Receiver {
    private static final System.Logger LOG = System.getLogger(Forward.class.getName());

    private static final int PAUSE_AT_BYTES = 512 * 1024;
    private static final int RESUME_AT_BYTES = 256 * 1024;

    /// Each way when many streams are behind.
    private static final int TIGHT_BYTES = 16 * 1024;

    private final Target target;
    private final Wire data;
    private final Wire error;
    private final Gate gate;

    /// Until the pod is connected.
    private final ArrayDeque<ByteBuf> early = new ArrayDeque<>();

    private @Nullable Channel pod;
    private @Nullable Thread connecting;
    private int toPod;
    private int toClient;
    private boolean isPaused;
    private boolean hasClientEnded;
    private boolean hasPodEnded;
    private boolean isOver;

    /// @param over what else is to be done on the event loop when all is over
    record Target(Sessions sessions, String podId, int port, Runnable over) {}

    Forward(Target target, Wire data, Wire error, Gate gate) {
        this.target = target;
        this.data = data;
        this.error = error;
        this.gate = gate;
    }

    /// To be called once, on the event loop.
    void start() {
        connecting = Thread.ofVirtual().name("forward " + target.port).start(this::connect);
    }

    private void connect() {
        var loop = data.channel().eventLoop();
        try {
            var socket = target.sessions.connect(target.podId, target.port);
            loop.execute(() -> connected(socket));
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "no connection into a pod", e);
            loop.execute(() -> fail(String.valueOf(e.getMessage())));
        } catch (InterruptedException hasGone) {
            loop.execute(() -> fail("interrupted"));
        }
    }

    private void connected(SocketChannel socket) {
        connecting = null;
        var opened = new NioSocketChannel(socket);
        if (isOver) {
            opened.unsafe().closeForcibly();
            return;
        }
        pod = opened;
        opened.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        opened.config().setAllocator(StreamBuffers.ALLOCATOR);
        opened.config().setRecvByteBufAllocator(StreamBuffers.readings());
        opened.pipeline().addLast(this);
        data.channel().eventLoop().register(opened).addListener(done -> registered((ChannelFuture) done));
    }

    private void registered(ChannelFuture done) {
        if (!done.isSuccess()) {
            fail(String.valueOf(done.cause().getMessage()));
            return;
        }
        for (var bytes = early.poll(); bytes != null; bytes = early.poll()) {
            write(bytes);
        }
        endPodWhenClientEnded();
    }

    // -- from the client

    @Override
    public void bytes(ByteBuf bytes) {
        if (isOver || hasClientEnded) {
            data.dealtWith(bytes.readableBytes());
            return;
        }
        toPod += bytes.readableBytes();
        gate.budget().take(bytes.readableBytes());
        if (toPod > (gate.budget().isTight() ? TIGHT_BYTES : PAUSE_AT_BYTES) && !isPaused) {
            isPaused = true;
            gate.close();
        }
        var kept = StreamBuffers.kept(bytes, 0, data.channel().alloc());
        if (pod == null) {
            early.add(kept);
        } else {
            write(kept);
        }
    }

    private void write(ByteBuf bytes) {
        var count = bytes.readableBytes();
        if (pod != null) {
            pod.writeAndFlush(bytes).addListener(_ -> written(count));
        }
    }

    private void written(int count) {
        toPod -= count;
        gate.budget().giveBack(count);
        data.dealtWith(count);
        if (isPaused
                && (toPod == 0 || (toPod <= RESUME_AT_BYTES && !gate.budget().isTight()))) {
            isPaused = false;
            gate.open();
        }
    }

    @Override
    public void end() {
        hasClientEnded = true;
        endPodWhenClientEnded();
        closeWhenBothEnded();
    }

    private void endPodWhenClientEnded() {
        if (hasClientEnded && pod instanceof NioSocketChannel socket && socket.isActive()) {
            // After what was written before it.
            socket.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
                var _ = socket.shutdownOutput();
            });
        }
    }

    @Override
    public void lost() {
        close();
    }

    // -- from the pod

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var bytes = (ByteBuf) message;
        var count = bytes.readableBytes();
        toClient += count;
        gate.budget().take(count);
        if (toClient > (gate.budget().isTight() ? TIGHT_BYTES : RESUME_AT_BYTES)) {
            context.channel().config().setAutoRead(false);
        }
        var sent = data.channel().newPromise();
        sent.addListener(done -> {
            toClient -= count;
            gate.budget().giveBack(count);
            if (!done.isSuccess()) {
                close();
            } else if (toClient == 0
                    || (toClient <= RESUME_AT_BYTES / 2 && !gate.budget().isTight())) {
                context.channel().config().setAutoRead(true);
            }
        });
        data.send(bytes, sent);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            podEnded();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        podEnded();
        close();
    }

    private void podEnded() {
        if (!hasPodEnded) {
            hasPodEnded = true;
            data.finish();
            closeWhenBothEnded();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(String.valueOf(cause.getMessage()));
    }

    private void closeWhenBothEnded() {
        if (hasPodEnded && hasClientEnded && pod != null) {
            // The bytes for the pod are written first.
            pod.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> close());
        }
    }

    private void fail(String why) {
        connecting = null;
        if (!isOver) {
            var text = "error forwarding port " + target.port + " to pod " + target.podId + ": " + why;
            var bytes = error.channel().alloc().buffer().writeBytes(text.getBytes(StandardCharsets.UTF_8));
            error.send(bytes, error.channel().newPromise());
            close();
        }
    }

    private void close() {
        if (isOver) {
            return;
        }
        isOver = true;
        early.forEach(bytes -> gate.budget().giveBack(bytes.readableBytes()));
        early.forEach(ByteBuf::release);
        early.clear();
        if (connecting != null) {
            connecting.interrupt();
        }
        if (pod != null) {
            var _ = pod.close();
        }
        if (isPaused) {
            isPaused = false;
            gate.open();
        }
        data.finish();
        error.finish();
        target.over.run();
    }
}
