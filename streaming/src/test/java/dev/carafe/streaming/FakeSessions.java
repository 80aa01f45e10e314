package dev.carafe.streaming;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// Commands without containers: what they do is in their first word.
final class FakeSessions implements Sessions {
    final CountDownLatch interrupted = new CountDownLatch(1);
    final CountDownLatch go = new CountDownLatch(1);
    final CountDownLatch attached = new CountDownLatch(1);
    final AtomicInteger connectedPort = new AtomicInteger();

    @Override
    public int exec(String containerId, List<String> command, Client client) throws IOException, InterruptedException {
        switch (command.getFirst()) {
            case "exit" -> {
                return Integer.parseInt(command.get(1));
            }
            case "echo" -> {
                client.writeOutput(bytes(command.get(1)));
                client.writeError(bytes("error " + command.get(1)));
                return 0;
            }
            case "wait and cat" -> {
                go.await();
                return exec(containerId, List.of("cat"), client);
            }
            case "cat" -> {
                var isOpen = true;
                while (isOpen) {
                    isOpen = client.nextInput(client::writeOutput);
                }
                return 0;
            }
            case "flood" -> {
                var left = Integer.parseInt(command.get(1));
                while (left > 0) {
                    var part = ByteBuffer.allocate(Math.min(left, 50_000));
                    left -= part.remaining();
                    client.writeOutput(part);
                }
                return 0;
            }
            case "size" -> {
                var size = client.nextSize().orElseThrow();
                client.writeOutput(bytes(size.rows() + "x" + size.columns()));
                return 0;
            }
            case "hang" -> {
                try {
                    client.writeOutput(bytes("up"));
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                    throw e;
                }
                return 0;
            }
            default -> throw new IOException("no command \"" + command.getFirst() + "\"");
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void attach(String containerId, Client client) throws IOException, InterruptedException {
        attached.countDown();
        client.writeOutput(bytes("attached to " + containerId));
    }

    @Override
    public SocketChannel connect(String podId, int port) throws IOException {
        connectedPort.set(port);
        if (port == 1) {
            throw new IOException("connection refused");
        }
        return SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }
}
