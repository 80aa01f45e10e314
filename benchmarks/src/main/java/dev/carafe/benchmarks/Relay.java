package dev.carafe.benchmarks;

import dev.carafe.system.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;

/// A plain TCP relay by socat, a process for each connection.
record Relay(Process process, int port) implements AutoCloseable {
    static Relay to(String address, int remotePort) throws IOException, InterruptedException {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        var process = new ProcessBuilder(List.of(
                        "socat",
                        "-b65536",
                        "TCP-LISTEN:" + port + ",bind=127.0.0.1,reuseaddr,fork,nodelay",
                        "TCP:" + address + ":" + remotePort + ",nodelay"))
                .inheritIO()
                .start();
        var relay = new Relay(process, port);
        try {
            Await.until("socat", () -> listens(port));
            return relay;
        } catch (AssertionError | InterruptedException e) {
            relay.close();
            throw e;
        }
    }

    private static boolean listens(int port) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
