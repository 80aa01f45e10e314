package dev.carafe.benchmarks;

import com.google.gson.JsonParser;
import dev.carafe.cri.v1.PodSandboxStatusRequest;
import dev.carafe.linux.Namespaces;
import dev.carafe.system.Stage;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A server in a pod's network that gives, takes or echoes, as the first byte of a connection asks, and its clients.
final class PodServer implements AutoCloseable {
    private static final int BLOCK_BYTES = 64 * 1024;
    private static final int ROUND_TRIPS = 5000;
    private static final int WARM_UP = 500;

    private final ServerSocket listener;
    private volatile @Nullable IOException failure;

    private PodServer(ServerSocket listener) {
        this.listener = listener;
    }

    static PodServer start(Stage stage, String pod, int port) throws IOException {
        var pin = Path.of(JsonParser.parseString(stage.daemon()
                        .runtime()
                        .podSandboxStatus(PodSandboxStatusRequest.newBuilder()
                                .setPodSandboxId(pod)
                                .setVerbose(true)
                                .build())
                        .getInfoOrThrow("info"))
                .getAsJsonObject()
                .getAsJsonObject("namespaces")
                .get("net")
                .getAsString());
        var server = new PodServer(Namespaces.inside(
                pin, () -> new ServerSocket(port, 10, InetAddress.getByAddress(new byte[Integer.BYTES]))));
        Thread.ofPlatform().daemon().start(server::accept);
        return server;
    }

    /// The pod's in its network.
    static String address(Stage stage, String pod) {
        return stage.cri().podStatus(pod).getNetwork().getIp();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var accepted = listener.accept();
                Thread.ofPlatform().daemon().start(() -> serve(accepted));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket accepted) {
        try (accepted) {
            accepted.setTcpNoDelay(true);
            var in = accepted.getInputStream();
            switch (in.read()) {
                case 'g' ->
                    give(
                            accepted.getOutputStream(),
                            ByteBuffer.wrap(in.readNBytes(Long.BYTES)).getLong());
                case 't' -> {
                    take(in, ByteBuffer.wrap(in.readNBytes(Long.BYTES)).getLong());
                    accepted.getOutputStream().write(1);
                }
                case 'e' -> {
                    for (var b = in.read(); b >= 0; b = in.read()) {
                        accepted.getOutputStream().write(b);
                    }
                }
                default -> {
                    // somebody who only looked
                }
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    private static void give(OutputStream to, long bytes) throws IOException {
        var block = new byte[BLOCK_BYTES];
        for (var left = bytes; left > 0; left -= block.length) {
            to.write(block, 0, (int) Math.min(left, block.length));
        }
    }

    private static void take(InputStream from, long bytes) throws IOException {
        var block = new byte[BLOCK_BYTES];
        for (var left = bytes; left > 0; ) {
            var count = from.read(block, 0, (int) Math.min(left, block.length));
            if (count < 0) {
                throw new IOException(left + " bytes are missing");
            }
            left -= count;
        }
    }

    /// A client's connection to it, by whatever way.
    record Link(InputStream in, OutputStream out, Closeable connection) implements Closeable {
        static Link to(int port) throws IOException {
            var socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            return new Link(socket.getInputStream(), socket.getOutputStream(), socket);
        }

        private void ask(char what, long bytes) throws IOException {
            out.write(ByteBuffer.allocate(1 + Long.BYTES)
                    .put((byte) what)
                    .putLong(bytes)
                    .array());
        }

        void download(long bytes) throws IOException {
            ask('g', bytes);
            take(in, bytes);
        }

        void upload(long bytes) throws IOException {
            ask('t', bytes);
            give(out, bytes);
            if (in.read() != 1) {
                throw new IOException("not all came");
            }
        }

        void roundTrips(Samples samples) throws IOException {
            out.write('e');
            for (var i = 0; i < WARM_UP + ROUND_TRIPS; i++) {
                var start = System.nanoTime();
                out.write(i & 0x7F);
                if (in.read() != (i & 0x7F)) {
                    throw new IOException("another byte came back");
                }
                if (i >= WARM_UP) {
                    samples.add(Duration.ofNanos(System.nanoTime() - start));
                }
            }
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }

    /// @throws IOException when a connection has failed on its side
    void check() throws IOException {
        var failed = failure;
        if (failed != null) {
            throw failed;
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
