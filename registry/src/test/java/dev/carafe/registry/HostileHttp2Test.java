package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Reference;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Registries that speak HTTP/2 and mean harm.
@Timeout(60)
class HostileHttp2Test {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int CONTINUATION = 9;

    @TempDir
    private static Path folder;

    private static TestCertificate certificate;
    private static TestImage image;

    @BeforeAll
    static void prepare() throws Exception {
        certificate = TestCertificate.of(folder, "ip:127.0.0.1,dns:localhost");
        image = TestImage.ofLayer(1000);
    }

    /// What such a registry says, and what is told of it.
    private static void refuse(String words, Http2Server.Script script) throws Exception {
        try (var server = Http2Server.start(certificate, script);
                var registry = Clients.impatient(certificate.pem(), Duration.ofSeconds(5), Duration.ofSeconds(5))) {
            var reference = Reference.parse(server.host() + "/team/app:1");
            var failure = assertThrows(
                    RegistryException.class, () -> registry.resolve(reference, Clients.AMD64, Credentials.none()));
            assertTrue(failure.getMessage().contains(words), failure.getMessage());
            assertTrue(failure.getMessage().contains(server.host()), failure.getMessage());
        }
    }

    @Test
    void floodsOfPingsEndTheConnection() throws Exception {
        refuse("floods the connection", (_, reply) -> {
            for (var i = 0; i < 5000; i++) {
                reply.raw(PING, 0, 0, new byte[8]);
            }
        });
    }

    @Test
    void floodsOfSettingsEndTheConnection() throws Exception {
        refuse("floods the connection", (_, reply) -> {
            for (var i = 0; i < 5000; i++) {
                reply.raw(SETTINGS, 0, 0, new byte[] {0, 4, 0, 1, 0, (byte) i});
            }
        });
    }

    @Test
    void floodsOfInterimHeadsEndTheConnection() throws Exception {
        refuse("floods the connection", (_, reply) -> {
            for (var i = 0; i < 5000; i++) {
                reply.head(102, Map.of(), false);
            }
        });
    }

    @Test
    void emptyDataEndsTheConnection() throws Exception {
        refuse("not HTTP", (_, reply) -> {
            reply.head(200, Map.of(), false);
            for (var i = 0; i < 5000; i++) {
                reply.raw(DATA, 0, reply.stream().id(), new byte[0]);
            }
        });
    }

    @Test
    void continuationsWithoutEndAreRefused() throws Exception {
        refuse("not HTTP", (_, reply) -> {
            reply.raw(HEADERS, 0, reply.stream().id(), new byte[] {(byte) 0x88});
            for (var i = 0; i < 5000; i++) {
                reply.raw(CONTINUATION, 0, reply.stream().id(), new byte[0]);
            }
        });
    }

    @Test
    void headersWithoutBoundAreRefused() throws Exception {
        refuse("not HTTP", (_, reply) -> {
            reply.raw(HEADERS, 0, reply.stream().id(), new byte[] {(byte) 0x88});
            for (var i = 0; i < 20; i++) {
                // A literal field, never indexed, with a name and a value of its own (RFC 7541, section 6.2.3).
                var field = new byte[16_000];
                Arrays.fill(field, (byte) 'a');
                System.arraycopy(new byte[] {0x10, 1, 'x', 0x7f, (byte) 0xfa, 0x7b}, 0, field, 0, 6);
                reply.raw(CONTINUATION, 0, reply.stream().id(), field);
            }
        });
    }

    @Test
    void whatIsNoFrameIsRefused() throws Exception {
        refuse("not HTTP", (_, reply) -> reply.raw(DATA, 0, 0, new byte[] {1, 2, 3}));
    }

    @Test
    void anAnswerWithoutStatusIsRefused() throws Exception {
        refuse("not HTTP", (_, reply) -> {
            var _ = reply.write(
                    new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().add("a", "b"), true).stream(reply.stream()));
        });
    }

    @Test
    void aLengthThatIsALieIsRefused() throws Exception {
        for (var length : List.of("-1", "x", "99999999999999999999", "" + (image.manifest.length - 1))) {
            refuse("not HTTP", (_, reply) -> {
                reply.head(200, Map.of("content-length", length), false);
                reply.data(image.manifest, true);
            });
        }
    }
}
