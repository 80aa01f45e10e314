package dev.carafe.streaming.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carafe.streaming.Client;
import dev.carafe.streaming.Sessions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;

/// Sessions without containers: `echo CODE` gives its input back, and `size` the terminal's size.
final class EchoSessions implements Sessions {
    @Override
    public int exec(String containerId, List<String> command, Client client) throws IOException, InterruptedException {
        if (command.getFirst().equals("size")) {
            var size = client.nextSize().orElseThrow();
            client.writeOutput(direct(size.rows() + " x " + size.columns()));
            return 0;
        }
        while (client.nextInput(client::writeOutput)) {
            // until the client has ended it
        }
        client.writeError(direct("the end"));
        return Integer.parseInt(command.getLast());
    }

    private static ByteBuffer direct(String text) {
        var bytes = text.getBytes(UTF_8);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    @Override
    public void attach(String containerId, Client client) throws IOException, InterruptedException {
        exec(containerId, List.of("echo", "0"), client);
    }

    /// To the host's own port.
    @Override
    public SocketChannel connect(String podId, int port) throws IOException {
        try {
            return SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new IOException("nobody listens on port " + port, e);
        }
    }
}
