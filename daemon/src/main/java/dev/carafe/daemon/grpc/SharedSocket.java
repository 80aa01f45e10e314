package dev.carafe.daemon.grpc;

import dev.carafe.daemon.http.HttpService;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;

/// A listening unix socket on which gRPC and HTTP/1.1 are spoken, as CRI-O's: cAdvisor asks in the latter.
final class SharedSocket extends ChannelInboundHandlerAdapter {
    private final HttpService http;

    private SharedSocket(HttpService http) {
        this.http = http;
    }

    static ServerChannel open(HttpService http) {
        var socket = new EpollServerDomainSocketChannel();
        socket.pipeline().addFirst(new SharedSocket(http));
        return socket;
    }

    /// Before gRPC adds its handlers.
    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        ((Channel) accepted).pipeline().addFirst(new TellProtocol(http));
        context.fireChannelRead(accepted);
    }
}
