package dev.carafe.streaming;

import io.netty.channel.epoll.Native;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// Sockets by their descriptors, as the kernel's module makes them.
final class Sockets {
    private Sockets() {}

    static int connect(int port) throws IOException {
        if (Native.offsetofEpollData() < 0) {
            throw new IllegalStateException("epoll is not loaded");
        }
        var socket = Socket.newSocketStream();
        var connected = socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        for (var tries = 0; !connected && tries < 1000; tries++) {
            connected = socket.finishConnect();
        }
        if (!connected) {
            throw new IOException("not connected");
        }
        return socket.intValue();
    }
}
