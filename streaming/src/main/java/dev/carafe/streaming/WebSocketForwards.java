package dev.carafe.streaming;

import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Port-forward as the first WebSocket clients know it: two channels for each port of the request, one for data and one
/// for errors, each beginning with the port's number. For the connection's event loop.
final class WebSocketForwards {
    private final List<Forward> forwards = new ArrayList<>();
    private final WebSocketChannels channels;
    private int open;

    private WebSocketForwards(
            ChannelHandlerContext context, Request.PortForward request, String protocol, Served server) {
        var gate = new Gate(context.channel(), server.budget());
        var receivers = new @Nullable Receiver[2 * request.ports().size()];
        for (var i = 0; i < request.ports().size(); i++) {
            var isBase64 = WebSocketProtocols.isBase64(protocol);
            var data = new WebSocketWire(context.channel(), 2 * i, isBase64);
            var error = new WebSocketWire(context.channel(), 2 * i + 1, isBase64);
            var target = new Forward.Target(
                    server.sessions(), request.podId(), request.ports().get(i), () -> over(context));
            var forward = new Forward(target, data, error, gate);
            receivers[2 * i] = forward;
            forwards.add(forward);
        }
        open = forwards.size();
        channels = new WebSocketChannels(protocol, receivers, () -> forwards.forEach(Forward::lost));
        sayPorts(context, request, protocol);
    }

    /// Adds what serves it to the end of the pipeline.
    static void begin(ChannelHandlerContext context, Request.PortForward request, String protocol, Served server) {
        var begun = new WebSocketForwards(context, request, protocol, server);
        context.pipeline().addLast(begun.channels);
        begun.forwards.forEach(Forward::start);
    }

    private static void sayPorts(ChannelHandlerContext context, Request.PortForward request, String protocol) {
        for (var number = 0; number < 2 * request.ports().size(); number++) {
            var port = context.alloc().buffer().writeShortLE(request.ports().get(number / 2));
            new WebSocketWire(context.channel(), number, WebSocketProtocols.isBase64(protocol))
                    .send(port, context.newPromise());
        }
    }

    private void over(ChannelHandlerContext context) {
        if (--open == 0) {
            channels.end(context.pipeline().context(channels));
        }
    }
}
