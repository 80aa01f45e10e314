package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Descriptor;
import dev.carafe.oci.MediaTypes;
import dev.carafe.oci.Reference;
import dev.carafe.registry.Http2Server.Asked;
import dev.carafe.registry.Http2Server.Reply;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Registries that speak nothing but HTTP/2.
@Timeout(60)
class Http2Test {
    private static final int LAYER_BYTES = 8_000_000;
    private static final int WINDOW_BYTES = 2 << 20;

    private static final int GOAWAY = 7;

    @TempDir
    private static Path folder;

    private static TestCertificate certificate;
    private static TestImage image;

    @BeforeAll
    static void prepare() throws Exception {
        certificate = TestCertificate.of(folder, "ip:127.0.0.1,dns:localhost");
        image = TestImage.ofLayer(LAYER_BYTES);
    }

    private static Registry client() {
        return Clients.registry(Clients.patientConfig(Set.of(), certificate.pem()));
    }

    private static Reference reference(Http2Server server) {
        return Reference.parse(server.host() + "/team/app:1");
    }

    private static void resolve(Registry registry, Http2Server server) throws IOException, InterruptedException {
        var resolved = registry.resolve(reference(server), Clients.AMD64, Credentials.none());
        assertEquals(image.digest(), resolved.digest());
    }

    private static InputStream open(Registry registry, Http2Server server) throws IOException, InterruptedException {
        return registry.openBlob(reference(server), image.layerDescriptor(), Credentials.none());
    }

    private static void pull(Registry registry, Http2Server server) throws IOException, InterruptedException {
        resolve(registry, server);
        assertArrayEquals(
                image.config, registry.readBlob(reference(server), image.configDescriptor(), Credentials.none()));
        readLayer(registry, server);
    }

    /// A registry without faults.
    private static void serve(Asked request, Reply reply) {
        var path = request.path();
        if (path.contains("/manifests/")) {
            reply.send(200, Map.of("content-type", MediaTypes.OCI_MANIFEST), image.manifest);
        } else if (path.endsWith(image.configDescriptor().digest().toString())) {
            reply.send(200, Map.of(), image.config);
        } else {
            serveLayer(request, reply);
        }
    }

    private static void serveLayer(Asked request, Reply reply) {
        var range = request.headers().get("range");
        var from = range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
        var fields = range == null
                ? Map.of("content-length", "" + LAYER_BYTES)
                : Map.of("content-range", "bytes " + from + "-" + (LAYER_BYTES - 1) + "/" + LAYER_BYTES);
        reply.send(range == null ? 200 : 206, fields, Arrays.copyOfRange(image.layer, from, LAYER_BYTES));
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(5);
        }
    }

    @Test
    void anImageIsPulledOverOneConnection() throws Exception {
        try (var server = Http2Server.start(certificate, Http2Test::serve);
                var registry = client()) {
            pull(registry, server);
            pull(registry, server);
            assertEquals(1, server.connections());
            assertEquals(6, server.asked().size());
            var headers = server.asked().getFirst().headers();
            assertEquals("GET", headers.get(":method"));
            assertEquals("https", headers.get(":scheme"));
            assertEquals(server.host(), headers.get(":authority"));
            assertEquals("carafe", headers.get("user-agent"));
            assertEquals("identity", headers.get("accept-encoding"));
        }
    }

    @Test
    void smallRequestsAtOnceShareAConnection() throws Exception {
        try (var server = Http2Server.start(certificate, Http2Test::serve);
                var registry = client()) {
            var tasks = new ArrayList<FutureTask<Boolean>>();
            for (var i = 0; i < 30; i++) {
                var task = new FutureTask<>(() -> {
                    resolve(registry, server);
                    return true;
                });
                tasks.add(task);
                Thread.ofVirtual().start(task);
            }
            for (var task : tasks) {
                assertTrue(task.get());
            }
            assertEquals(1, server.connections());
        }
    }

    @Test
    void layersAtOnceHaveAConnectionEachAndSmallRequestsShareThem() throws Exception {
        try (var server = Http2Server.start(certificate, Http2Test::serve);
                var registry = client()) {
            try (var first = open(registry, server);
                    var second = open(registry, server)) {
                resolve(registry, server);
                assertEquals(2, server.connections());
                assertArrayEquals(image.layer, second.readAllBytes());
                assertArrayEquals(image.layer, first.readAllBytes());
            }
            pull(registry, server);
            assertEquals(2, server.connections());
        }
    }

    @Test
    void aReaderThatIsSlowMakesTheRegistryWait() throws Exception {
        var sent = new AtomicLong();
        try (var server = Http2Server.start(certificate, (_, reply) -> {
                    reply.head(200, Map.of(), false);
                    for (var from = 0; from < LAYER_BYTES; from += 16_000) {
                        var piece = Arrays.copyOfRange(image.layer, from, from + 16_000);
                        var frame =
                                new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(piece), from + 16_000 == LAYER_BYTES);
                        var _ = reply.write(frame.stream(reply.stream()))
                                .addListener(_ -> sent.addAndGet(piece.length));
                    }
                });
                var registry = client();
                var layer = open(registry, server)) {
            assertEquals(image.layer[0], (byte) layer.read());
            await(() -> sent.get() >= WINDOW_BYTES - 16_000);
            Thread.sleep(200);
            assertTrue(sent.get() <= WINDOW_BYTES + WINDOW_BYTES / 2, sent + " bytes were sent");
            assertArrayEquals(Arrays.copyOfRange(image.layer, 1, LAYER_BYTES), layer.readAllBytes());
        }
    }

    @Test
    void tinyPiecesTakeNoMoreMemoryThanTheirBytes() throws Exception {
        var tiny = new byte[20_000];
        try (var server = Http2Server.start(certificate, (_, reply) -> {
                    reply.head(200, Map.of(), false);
                    for (var i = 0; i < tiny.length; i++) {
                        reply.data(new byte[1], i == tiny.length - 1);
                    }
                });
                var registry = client();
                var layer = registry.openBlob(
                        reference(server), TestImage.descriptor("application/x", tiny), Credentials.none())) {
            assertArrayEquals(tiny, layer.readAllBytes());
        }
    }

    @Test
    void aRefusedRequestIsSentOnAnotherConnection() throws Exception {
        try (var server = Http2Server.start(certificate, (request, reply) -> {
                    if (request.connection() == 1 && request.path().contains("/blobs/")) {
                        reply.reset(Http2Error.REFUSED_STREAM);
                    } else {
                        serve(request, reply);
                    }
                });
                var registry = client()) {
            pull(registry, server);
            assertEquals(2, server.connections());
        }
    }

    @Test
    void aRegistryThatRefusesAllIsAskedSeldom() throws Exception {
        try (var server = Http2Server.start(certificate, (_, reply) -> reply.reset(Http2Error.REFUSED_STREAM));
                var registry = client()) {
            var failure = assertThrows(RegistryUnavailableException.class, () -> resolve(registry, server));
            assertTrue(failure.getMessage().contains("takes no more requests now"), failure.getMessage());
            assertTrue(server.asked().size() <= 6, () -> server.asked().size() + " requests");
        }
    }

    @Test
    void aRegistryThatGoesAwayFinishesWhatItBeganAndTheRestGoesElsewhere() throws Exception {
        var begun = new CountDownLatch(1);
        try (var server = Http2Server.start(certificate, (request, reply) -> {
                    if (request.connection() == 1 && request.path().contains("/manifests/")) {
                        reply.goAway(Http2Error.NO_ERROR, 0);
                        begun.countDown();
                    }
                    serve(request, reply);
                });
                var registry = client();
                var layer = open(registry, server)) {
            resolve(registry, server);
            begun.await();
            resolve(registry, server);
            assertEquals(2, server.connections());
            assertArrayEquals(image.layer, layer.readAllBytes());
            await(() -> server.told().stream().noneMatch(told -> told.startsWith("RST")));
        }
    }

    @Test
    void whatAGoawayLeavesOutIsAskedAgain() throws Exception {
        var asked = new AtomicInteger();
        try (var server = Http2Server.start(certificate, (request, reply) -> {
                    if (asked.incrementAndGet() == 2) {
                        // The last stream that counts is the first one.
                        reply.raw(GOAWAY, 0, 0, new byte[] {0, 0, 0, 3, 0, 0, 0, 0});
                    } else {
                        serve(request, reply);
                    }
                });
                var registry = client()) {
            resolve(registry, server);
            resolve(registry, server);
            assertEquals(2, server.connections());
        }
    }

    @Test
    void noMoreStreamsAreOpenedThanTheRegistryAllows() throws Exception {
        var waiting = new ArrayList<Runnable>();
        try (var server = Http2Server.start(
                        certificate, Http2Settings.defaultSettings().maxConcurrentStreams(1), (request, reply) -> {
                            if (request.path().contains("/manifests/")) {
                                serve(request, reply);
                            } else {
                                waiting.add(() -> serve(request, reply)); // in the one event loop
                                if (waiting.size() == 2) {
                                    waiting.forEach(Runnable::run);
                                }
                            }
                        });
                var registry = client()) {
            resolve(registry, server);
            var other = new FutureTask<>(
                    () -> registry.readBlob(reference(server), image.configDescriptor(), Credentials.none()));
            Thread.ofVirtual().start(other);
            registry.readBlob(reference(server), image.configDescriptor(), Credentials.none());
            assertArrayEquals(image.config, other.get());
            assertEquals(2, server.connections());
        }
    }

    @Test
    void aLayerThatIsBrokenOffGoesOnWhereItBroke() throws Exception {
        var cuts = new AtomicInteger();
        try (var server = Http2Server.start(certificate, (request, reply) -> {
                    if (request.path().contains("/blobs/") && cuts.incrementAndGet() <= 2) {
                        var range = request.headers().get("range");
                        var from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
                        var fields = range == null
                                ? Map.<String, String>of()
                                : Map.of(
                                        "content-range", "bytes " + from + "-" + (LAYER_BYTES - 1) + "/" + LAYER_BYTES);
                        reply.head(range == null ? 200 : 206, fields, false);
                        reply.data(Arrays.copyOfRange(image.layer, from, from + 100_000), false);
                        if (cuts.get() == 1) {
                            reply.reset(Http2Error.INTERNAL_ERROR);
                        } else {
                            reply.cut();
                        }
                    } else {
                        serve(request, reply);
                    }
                });
                var registry = client();
                var layer = open(registry, server)) {
            assertArrayEquals(image.layer, layer.readAllBytes());
            assertEquals(3, server.asked().size());
        }
    }

    @Test
    void aLayerThatNobodyWantsIsCancelledAndItsConnectionServesOn() throws Exception {
        try (var server = Http2Server.start(certificate, Http2Test::serve);
                var registry = client()) {
            for (var i = 1; i <= 5; i++) {
                try (var layer = open(registry, server)) {
                    assertEquals(image.layer[0], (byte) layer.read());
                }
                var cancelled = Collections.nCopies(i, "RST_STREAM CANCEL");
                await(() -> server.told().equals(cancelled));
            }
            pull(registry, server);
            assertEquals(1, server.connections());
        }
    }

    @Test
    void aConnectionOnWhichAnAnswerStallsServesNothingElse() throws Exception {
        try (var server = Http2Server.start(certificate, (request, reply) -> {
                    if (request.connection() > 1) {
                        serve(request, reply);
                    }
                });
                var registry = Clients.impatient(certificate.pem(), Duration.ofMillis(500), Duration.ofSeconds(20))) {
            resolve(registry, server);
            assertEquals(2, server.connections());
            await(() -> server.told().contains("GOAWAY NO_ERROR"));
        }
    }

    @Test
    void aConnectionThatIsDeadIsFoundOutByAPing() throws Exception {
        try (var server = Http2Server.start(certificate, (request, reply) -> {
                    if (request.path().contains("/manifests/") || request.connection() > 1) {
                        serve(request, reply);
                    } else {
                        reply.head(200, Map.of(), false); // and pings stay unanswered
                    }
                });
                var registry = Clients.impatient(certificate.pem(), Duration.ofMillis(900), Duration.ofSeconds(50))) {
            pull(registry, server);
            assertTrue(server.told().contains("PING"), () -> "" + server.told());
        }
    }

    @Test
    void interimHeadsAndTrailersArePassedOver() throws Exception {
        try (var server = Http2Server.start(certificate, (_, reply) -> {
                    reply.head(103, Map.of("link", "</x>"), false);
                    reply.head(200, Map.of("content-type", MediaTypes.OCI_MANIFEST), false);
                    reply.data(image.manifest, false);
                    var _ = reply.write(
                            new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().add("x-checksum", "1"), true)
                                    .stream(reply.stream()));
                });
                var registry = client()) {
            resolve(registry, server);
        }
    }

    @Test
    void aRegistryThatKeepsItsLayersElsewhereIsAskedForThemOnOneConnection() throws Exception {
        var waiting = new ArrayList<Runnable>();
        try (var storage = ScriptedServer.plain(Contents.of(image));
                var server = Http2Server.start(certificate, (request, reply) -> {
                    var location = Map.of("location", "http://" + storage.host() + request.path());
                    waiting.add(() -> reply.send(307, location, new byte[0])); // in the one event loop
                    if (waiting.size() != 2) { // the second waits for the third
                        waiting.forEach(Runnable::run);
                        waiting.replaceAll(_ -> () -> {});
                    }
                });
                var registry = client()) {
            readLayer(registry, server);
            var other = new FutureTask<>(() -> {
                readLayer(registry, server);
                return true;
            });
            Thread.ofVirtual().start(other);
            readLayer(registry, server);
            assertTrue(other.get());
            assertEquals(3, server.asked().size());
            assertEquals(1, server.connections());
        }
    }

    private static void readLayer(Registry registry, Http2Server server) throws IOException, InterruptedException {
        try (var layer = open(registry, server)) {
            assertArrayEquals(image.layer, layer.readAllBytes());
        }
    }

    @Test
    void tokensAreAskedForOnTheSameConnection() throws Exception {
        try (var server = Http2Server.start(certificate, (request, reply) -> {
                    if (request.path().startsWith("/token")) {
                        reply.send(200, Map.of(), TestImage.bytes("{\"token\":\"t0k\"}"));
                    } else if ("Bearer t0k".equals(request.headers().get("authorization"))) {
                        serve(request, reply);
                    } else {
                        var realm = "https://" + request.headers().get(":authority") + "/token";
                        reply.send(401, Map.of("www-authenticate", "Bearer realm=\"" + realm + "\""), new byte[0]);
                    }
                });
                var registry = client()) {
            pull(registry, server);
            assertEquals(1, server.connections());
        }
    }

    @Test
    void aLayerThatIsLargerThanItsManifestSaysIsRefused() throws Exception {
        var less = Arrays.copyOf(image.layer, LAYER_BYTES - 1);
        try (var server = Http2Server.start(certificate, (_, reply) -> {
                    reply.head(200, Map.of(), false);
                    reply.data(image.layer, true);
                });
                var registry = client();
                var layer = registry.openBlob(reference(server), descriptor(less), Credentials.none())) {
            assertThrows(ContentMismatchException.class, layer::readAllBytes);
        }
    }

    private static Descriptor descriptor(byte[] content) {
        return TestImage.descriptor("application/x", content);
    }
}
