package dev.carafe.streaming;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What many streams cost on which nothing comes.
@Timeout(120)
class IdleStreamsTest {
    private static final int STREAMS = 1000;

    /// Of the pool that carries virtual threads, which grows with what is to be done and not with what waits.
    private static final int MORE_THREADS = 20;

    private static final int MORE_HEAP_BYTES = 32 * 1024 * 1024;

    @Test
    void aThousandOfThemHaveNoThreadEachAndLittleMemory() throws Exception {
        var sessions = new Waiting(new CountDownLatch(STREAMS), new CountDownLatch(STREAMS));
        var settings = new StreamingSettings("127.0.0.1", 0, Optional.empty(), Duration.ZERO);
        var sockets = new ArrayList<Socket>();
        try (var server = StreamingServer.open(settings, sessions)) {
            var threads = ManagementFactory.getThreadMXBean().getThreadCount();
            var heap = usedHeap();
            for (var i = 0; i < STREAMS; i++) {
                sockets.add(webSocket(
                        URI.create(server.exec("c1", List.of("wait"), new Streams(true, true, true, false)))));
            }
            assertTrue(sessions.begun.await(1, TimeUnit.MINUTES), "all have begun");
            var more = ManagementFactory.getThreadMXBean().getThreadCount() - threads;
            assertTrue(more <= MORE_THREADS, more + " more threads");
            var bytes = usedHeap() - heap;
            assertTrue(bytes <= MORE_HEAP_BYTES, bytes + " more bytes of heap");
            for (var socket : sockets) {
                socket.close();
            }
            assertTrue(sessions.ended.await(1, TimeUnit.MINUTES), "all have ended");
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /// With a bare handshake, so that nothing of a client counts.
    private static Socket webSocket(URI url) throws IOException {
        var socket = new Socket(url.getHost(), url.getPort());
        socket.getOutputStream()
                .write(("GET " + url.getPath() + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
                                + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: MDEyMzQ1Njc4OTAxMjM0NQ==\r\n"
                                + "Sec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n")
                        .getBytes(US_ASCII));
        assertEquals("HTTP/1.1 101", start(socket.getInputStream()));
        return socket;
    }

    private static String start(InputStream in) throws IOException {
        return new String(in.readNBytes("HTTP/1.1 101".length()), US_ASCII);
    }

    /// Commands that wait for input, as shells do.
    private record Waiting(CountDownLatch begun, CountDownLatch ended) implements Sessions {
        @Override
        public int exec(String containerId, List<String> command, Client client)
                throws IOException, InterruptedException {
            begun.countDown();
            try {
                while (client.nextInput(ByteBuffer::clear)) {
                    // nothing is to come
                }
            } finally {
                ended.countDown();
            }
            return 0;
        }

        @Override
        public void attach(String containerId, Client client) throws IOException {
            throw new IOException("nothing to attach to");
        }

        @Override
        public SocketChannel connect(String podId, int port) throws IOException {
            throw new IOException("no port");
        }
    }
}
