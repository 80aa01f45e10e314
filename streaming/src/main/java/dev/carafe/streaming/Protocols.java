package dev.carafe.streaming;

import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/// Puts what serves a granted request to the end of its connection's pipeline, once the protocol is agreed upon.
final class Protocols {
    private Protocols() {}

    static void spdy(ChannelHandlerContext context, Request granted, String protocol, Served server) {
        var gate = new Gate(context.channel(), server.budget());
        switch (granted) {
            case Request.Exec exec -> command(context, granted, exec.streams(), protocol, server);
            case Request.Attach attach -> command(context, granted, attach.streams(), protocol, server);
            case Request.PortForward forward ->
                context.pipeline()
                        .addLast(new SpdyConnection(
                                new SpdyForward(forward.podId(), server.sessions(), gate), SpdyForward.MAX_STREAMS));
        }
    }

    private static void command(
            ChannelHandlerContext context, Request granted, Streams streams, String protocol, Served server) {
        var command = new SpdyCommand(
                granted, streams, protocol, server.sessions(), new Gate(context.channel(), server.budget()));
        var connection = new SpdyConnection(command, SpdyCommand.MAX_STREAMS);
        context.pipeline().addLast(connection);
        command.await(connection);
    }

    static void webSocket(ChannelHandlerContext context, Request granted, String protocol, Served server) {
        switch (granted) {
            case Request.Exec exec -> channels(context, granted, exec.streams(), protocol, server);
            case Request.Attach attach -> channels(context, granted, attach.streams(), protocol, server);
            case Request.PortForward forward -> {
                if (protocol.equals(WebSocketProtocols.TUNNEL)) {
                    context.pipeline().addLast(new WebSocketTunnel());
                    spdy(context, granted, SpdyForward.PROTOCOL, server);
                } else {
                    WebSocketForwards.begin(context, forward, protocol, server);
                }
            }
        }
    }

    private static void channels(
            ChannelHandlerContext context, Request granted, Streams wanted, String protocol, Served server) {
        var channel = context.channel();
        var streams = new CommandStreams(wanted, true, new Gate(channel, server.budget()));
        var kinds = CommandStreams.Kind.values();
        var receivers = new @Nullable Receiver[kinds.length];
        for (var kind : kinds) {
            if (streams.isMissing(kind)) {
                var wire = new WebSocketWire(channel, kind.ordinal(), WebSocketProtocols.isBase64(protocol));
                receivers[kind.ordinal()] = streams.add(kind, wire);
            }
        }
        var command = streams.command(granted, new StatusObject(WebSocketProtocols.hasStatusObject(protocol)));
        var channels = new WebSocketChannels(protocol, receivers, command::lost);
        context.pipeline().addLast(channels);
        // An empty message tells the client that it is connected, before the command says anything.
        var first = wanted.stdout()
                ? CommandStreams.Kind.STDOUT
                : wanted.stderr() ? CommandStreams.Kind.STDERR : CommandStreams.Kind.ERROR;
        new WebSocketWire(channel, first.ordinal(), WebSocketProtocols.isBase64(protocol))
                .send(channel.alloc().buffer(0, 0), channel.newPromise());
        command.start(server.sessions(), channel, () -> {
            var end = channel.pipeline().context(channels);
            if (end != null) {
                channels.end(end);
            }
        });
    }
}
