package dev.carafe.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// An HTTP proxy on a loopback port that leads every tunnel to one and the same port of this machine.
final class TestProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int port;
    private final String answer;
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    private TestProxy(ServerSocket listener, int port, String answer) {
        this.listener = listener;
        this.port = port;
        this.answer = answer;
        Thread.ofVirtual().start(this::accept);
    }

    static TestProxy to(int port) throws IOException {
        return new TestProxy(open(), port, "200 Connection established");
    }

    static TestProxy refusing(String status) throws IOException {
        return new TestProxy(open(), 0, status);
    }

    private static ServerSocket open() throws IOException {
        return new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    }

    String host() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /// The requests as they came, without their bodies.
    List<String> heads() {
        return List.copyOf(heads);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var socket = listener.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            heads.add(head(client));
            client.getOutputStream().write(("HTTP/1.1 " + answer + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            if (!answer.startsWith("200")) {
                return;
            }
            try (var upstream = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                sockets.add(upstream);
                var back = Thread.ofVirtual().start(() -> copy(upstream, client));
                copy(client, upstream);
                back.join();
            }
        } catch (IOException gone) {
            // The client sees it too.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String head(Socket client) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            var b = client.getInputStream().read();
            if (b < 0) {
                throw new IOException("the client closed the connection");
            }
            head.write(b);
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException closed) {
            // One of them is gone.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var socket : sockets) {
            socket.close();
        }
    }
}
