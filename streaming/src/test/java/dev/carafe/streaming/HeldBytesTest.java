package dev.carafe.streaming;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What the server holds for clients whose sessions don't read.
class HeldBytesTest {
    private static final int CLIENTS = 8;
    private static final long MOST_OF_ONE_BYTES = 1024 * 1024;
    private static final Duration QUIET = Duration.ofMillis(300);

    /// A masked binary message of a gigabyte, for standard input.
    private static final byte[] BEGINNING = {(byte) 0x82, (byte) 0xFF, 0, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3, 4, 1};

    private final FakeSessions sessions = new FakeSessions();

    @Test
    void ofAClientThatSendsWithoutEndAtMostAMebibyteIsHeld() throws Exception {
        var settings = new StreamingSettings("127.0.0.1", 0, Optional.empty(), Duration.ZERO);
        var clients = new ArrayList<SocketChannel>();
        try (var server = StreamingServer.open(settings, sessions)) {
            for (var i = 0; i < CLIENTS; i++) {
                clients.add(connect(server.exec("c", List.of("wait and cat"), new Streams(true, true, false, false))));
            }
            sendWhatIsTaken(clients);
            var held = ((PooledByteBufAllocator) StreamBuffers.ALLOCATOR).pinnedDirectMemory();
            assertTrue(held > 0 && held <= CLIENTS * MOST_OF_ONE_BYTES, held + " bytes are held");
        } finally {
            sessions.go.countDown();
            for (var client : clients) {
                client.close();
            }
        }
    }

    private static SocketChannel connect(String url) throws IOException {
        var to = URI.create(url);
        var channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), to.getPort()));
        channel.write(ByteBuffer.wrap(("GET " + to.getPath() + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
                        + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: MDEyMzQ1Njc4OTAxMjM0NQ==\r\n"
                        + "Sec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII)));
        var answer = ByteBuffer.allocate(1024);
        channel.read(answer);
        assertTrue(new String(answer.array(), StandardCharsets.US_ASCII).startsWith("HTTP/1.1 101 "));
        channel.write(ByteBuffer.wrap(BEGINNING));
        channel.configureBlocking(false);
        return channel;
    }

    /// Until nothing has been taken from any of them for a while.
    private static void sendWhatIsTaken(List<SocketChannel> clients) throws IOException, InterruptedException {
        var block = ByteBuffer.allocateDirect(64 * 1024);
        var last = System.nanoTime();
        while (System.nanoTime() - last < QUIET.toNanos()) {
            for (var client : clients) {
                if (client.write(block.clear()) > 0) {
                    last = System.nanoTime();
                }
            }
            Thread.sleep(1);
        }
    }
}
