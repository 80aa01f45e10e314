package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Descriptor;
import dev.carafe.oci.ImageConfig;
import dev.carafe.oci.Platform;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Blobs that come whole, come wrong, or are given up. How broken connections are resumed is for
/// [BlobResumptionTest].
class BlobTest {
    private final TestImage image = TestImage.ofLayer(3_000_000);
    private final Descriptor layer = image.layerDescriptor();

    private byte[] read(ScriptedServer.Script script, Descriptor blob) throws IOException, InterruptedException {
        try (var server = ScriptedServer.plain(script);
                var registry = Clients.patient();
                var body = registry.openBlob(Clients.reference(server), blob, Credentials.none())) {
            return body.readAllBytes();
        }
    }

    private String mismatch(ScriptedServer.Script script, Descriptor blob) {
        var failure = assertThrows(ContentMismatchException.class, () -> read(script, blob));
        assertTrue(failure.getMessage().startsWith("blob " + blob.digest() + " of 127.0.0.1:"), failure.getMessage());
        return failure.getMessage();
    }

    private static ScriptedServer.Script answering(byte[] content) {
        return (_, reply) -> reply.send(200, Map.of(), content);
    }

    @Test
    void aRedirectToWhereNobodyIsNamesBothHosts() throws Exception {
        String nobody;
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            nobody = "http://127.0.0.1:" + socket.getLocalPort();
        }
        var image = TestImage.ofLayer(10);
        try (var server = ScriptedServer.plain((request, reply) -> reply.redirect(nobody + "/x?secret=1"));
                var registry = Clients.patient()) {
            var failure = assertThrows(
                    RegistryUnavailableException.class,
                    () -> registry.openBlob(Clients.reference(server), image.layerDescriptor(), Credentials.none()));
            assertTrue(
                    failure.getMessage().contains("http://" + server.host() + ": it redirects to " + nobody + ": no"),
                    failure.getMessage());
            assertTrue(failure.getMessage().endsWith("(tried 3 times)"), failure.getMessage());
            assertEquals(3, server.requests().size());
        }
    }

    @Test
    void aBlobComesWhole() throws Exception {
        assertArrayEquals(image.layer, read(Contents.of(image), layer));
    }

    @Test
    void anEmptyBlobIsABlob() throws Exception {
        assertArrayEquals(new byte[0], read(answering(new byte[0]), TestImage.descriptor("x", new byte[0])));
    }

    @Test
    void aChunkedBlobComesWhole() throws Exception {
        assertArrayEquals(
                image.layer,
                read(
                        (_, reply) -> {
                            reply.raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
                            for (var from = 0; from < image.layer.length; from += 1000) {
                                reply.raw("3e8\r\n");
                                reply.raw(Arrays.copyOfRange(image.layer, from, from + 1000));
                                reply.raw("\r\n");
                            }
                            reply.raw("0\r\n\r\n");
                        },
                        layer));
    }

    @Test
    void aBlobThatEndsWithItsConnectionComesWhole() throws Exception {
        assertArrayEquals(
                image.layer,
                read(
                        (_, reply) -> {
                            reply.raw("HTTP/1.0 200 OK\r\n\r\n");
                            reply.raw(image.layer);
                            reply.cut();
                        },
                        layer));
    }

    @Test
    void singleBytesAreTheSameBytes() throws Exception {
        var small = TestImage.ofLayer(300);
        try (var server = ScriptedServer.plain(Contents.of(small));
                var registry = Clients.patient();
                var body = registry.openBlob(Clients.reference(server), small.layerDescriptor(), Credentials.none())) {
            for (var expected : small.layer) {
                assertEquals(expected & 0xff, body.read());
            }
            assertEquals(-1, body.read());
            assertEquals(-1, body.read());
        }
    }

    @Test
    void anotherContentIsSeenAtTheEnd() throws Exception {
        var exchanged = image.layer.clone();
        exchanged[0] ^= 1;
        try (var server = ScriptedServer.plain(answering(exchanged));
                var registry = Clients.patient();
                var body = registry.openBlob(Clients.reference(server), layer, Credentials.none())) {
            body.readNBytes(exchanged.length);
            assertThrows(ContentMismatchException.class, body::read);
            assertThrows(IOException.class, body::read);
        }
    }

    @Test
    void anotherContentLengthIsSeenAtTheStart() throws Exception {
        try (var server = ScriptedServer.plain(answering(new byte[10]));
                var registry = Clients.patient()) {
            var failure = assertThrows(
                    ContentMismatchException.class,
                    () -> registry.openBlob(Clients.reference(server), layer, Credentials.none()));
            assertTrue(failure.getMessage().contains("sends 10 bytes"), failure.getMessage());
        }
    }

    @Test
    void tooManyBytesAreRefused() {
        var message = mismatch(
                (_, reply) -> {
                    reply.raw("HTTP/1.0 200 OK\r\n\r\n");
                    reply.raw(image.layer);
                    reply.raw("x");
                    reply.cut();
                },
                layer);
        assertTrue(message.contains("more than the 3000000 bytes"), message);
    }

    @Test
    void tooFewBytesAreRefused() {
        var message = mismatch(
                (_, reply) -> reply.raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"),
                layer);
        assertTrue(message.contains("ends after 1 of 3000000 bytes"), message);
    }

    @Test
    void aSmallBlobIsCheckedAsAWhole() throws Exception {
        try (var server = ScriptedServer.plain(Contents.of(image));
                var registry = Clients.patient()) {
            var bytes = registry.readBlob(Clients.reference(server), image.configDescriptor(), Credentials.none());
            assertArrayEquals(image.config, bytes);
        }
    }

    @Test
    void aSmallBlobOfAnotherDigestOrSizeIsRefused() throws Exception {
        for (var content : List.of(new byte[image.config.length], new byte[1], new byte[image.config.length + 1])) {
            try (var server = ScriptedServer.plain(answering(content));
                    var registry = Clients.patient()) {
                assertThrows(
                        ContentMismatchException.class,
                        () -> registry.readBlob(
                                Clients.reference(server), image.configDescriptor(), Credentials.none()));
            }
        }
    }

    @Test
    void aSmallBlobIsNotAskedForWhenItIsLarge() throws Exception {
        var large = new Descriptor(
                "x", image.digest(), ImageConfig.MAX_BYTES + 1L, Map.of(), new Platform("", "", ""), List.of());
        try (var server = ScriptedServer.plain(Contents.of(image));
                var registry = Clients.patient()) {
            assertThrows(
                    ContentMismatchException.class,
                    () -> registry.readBlob(Clients.reference(server), large, Credentials.none()));
            assertEquals(List.of(), server.requests());
        }
    }

    @Test
    void aReaderThatIsSlowMakesTheRegistryWait() throws Exception {
        var endless = 512L * 1024 * 1024;
        var sent = new AtomicLong();
        var chunk = new byte[64 * 1024];
        var blob = new Descriptor("x", image.digest(), endless, Map.of(), new Platform("", "", ""), List.of());
        ScriptedServer.Script flooding = (_, reply) -> {
            reply.raw("HTTP/1.1 200 OK\r\ncontent-length: " + endless + "\r\n\r\n");
            while (sent.get() < endless) {
                reply.raw(chunk);
                sent.addAndGet(chunk.length);
            }
        };
        try (var server = ScriptedServer.plain(flooding);
                var registry = Clients.patient();
                var body = registry.openBlob(Clients.reference(server), blob, Credentials.none())) {
            body.read();
            // Others pass in the meantime: the one that waits holds up nobody.
            try (var beside = ScriptedServer.plain(Contents.of(image))) {
                for (var i = 0; i < 100; i++) {
                    try (var other = registry.openBlob(Clients.reference(beside), layer, Credentials.none())) {
                        assertArrayEquals(image.layer, other.readAllBytes());
                    }
                }
            }
            // What the kernel's buffers take is its own affair; it is far from all.
            assertTrue(sent.get() < 64 * 1024 * 1024, sent + " bytes were taken without a reader");
        }
    }

    @Test
    void closingEarlyDropsTheConnection() throws Exception {
        var isGone = new CountDownLatch(1);
        ScriptedServer.Script endless = (_, reply) -> {
            reply.raw("HTTP/1.1 200 OK\r\ncontent-length: 3000000\r\n\r\n");
            try {
                while (true) {
                    reply.raw(new byte[1000]);
                }
            } catch (IOException e) {
                isGone.countDown();
                throw e;
            }
        };
        try (var server = ScriptedServer.plain(endless);
                var registry = Clients.patient()) {
            var body = registry.openBlob(Clients.reference(server), layer, Credentials.none());
            body.read();
            body.close();
            assertThrows(IOException.class, body::read);
            body.close();
            isGone.await();
        }
    }

    @Test
    void anInterruptEndsARead() throws Exception {
        var reader = new LinkedBlockingQueue<Thread>();
        ScriptedServer.Script stalling = (_, reply) -> {
            reply.raw("HTTP/1.1 200 OK\r\ncontent-length: 3000000\r\n\r\n");
            reader.take().interrupt();
            reply.stall();
        };
        try (var server = ScriptedServer.plain(stalling);
                var registry = Clients.patient();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> reading = threads.submit(() -> {
                try (var body = registry.openBlob(Clients.reference(server), layer, Credentials.none())) {
                    reader.put(Thread.currentThread());
                    assertThrows(InterruptedIOException.class, body::read);
                    return Thread.currentThread().isInterrupted();
                }
            });
            assertTrue(reading.get());
        }
    }

    @Test
    void anInterruptEndsTheWaitForAnAnswer() throws Exception {
        var opener = new LinkedBlockingQueue<Thread>();
        ScriptedServer.Script silent = (_, reply) -> {
            opener.take().interrupt();
            reply.stall();
        };
        try (var server = ScriptedServer.plain(silent);
                var registry = Clients.patient();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var opening = threads.submit(() -> {
                opener.put(Thread.currentThread());
                return assertThrows(
                        InterruptedException.class,
                        () -> registry.openBlob(Clients.reference(server), layer, Credentials.none()));
            });
            opening.get();
        }
    }

    @Test
    void manyBlobsComeSideBySide() throws Exception {
        try (var server = ScriptedServer.plain(Contents.of(image));
                var registry = Clients.patient();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<byte[]>> bodies = IntStream.range(0, 16)
                    .mapToObj(_ -> threads.submit(() -> {
                        try (var body = registry.openBlob(Clients.reference(server), layer, Credentials.none())) {
                            return body.readAllBytes();
                        }
                    }))
                    .toList();
            for (var body : bodies) {
                assertArrayEquals(image.layer, body.get());
            }
        }
    }

    @Test
    void closingTheRegistryEndsItsStreams() throws Exception {
        ScriptedServer.Script stalling = (_, reply) -> {
            reply.raw("HTTP/1.1 200 OK\r\ncontent-length: 3000000\r\n\r\n");
            reply.stall();
        };
        try (var server = ScriptedServer.plain(stalling)) {
            var registry = Clients.patient();
            try (var body = registry.openBlob(Clients.reference(server), layer, Credentials.none())) {
                registry.close();
                assertThrows(RegistryUnavailableException.class, body::read);
            }
        }
    }
}
