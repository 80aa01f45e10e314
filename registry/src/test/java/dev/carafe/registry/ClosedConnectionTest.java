package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.registry.TransportException.Kind;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpClientCodec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What ends between the handshakes and the first request on it.
class ClosedConnectionTest {
    private static final Route ROUTE = new Route(Origin.of(true, "registry.invalid"), false);

    interface Opened {
        Connection over(EmbeddedChannel channel);
    }

    static List<Named<Opened>> protocols() {
        return List.of(
                Named.of("HTTP/1.1", ClosedConnectionTest::http1), Named.of("HTTP/2", ClosedConnectionTest::http2));
    }

    private static Connection http1(EmbeddedChannel channel) {
        var connection = new Http1Connection(ROUTE, Optional.empty(), new IdleConnections(), channel);
        channel.pipeline().addLast(new HttpClientCodec(), connection);
        return connection;
    }

    private static Connection http2(EmbeddedChannel channel) {
        var connection = new Http2Connection(ROUTE, channel, new SharedConnections());
        channel.pipeline().addLast(Http2Codec.client(), connection);
        return connection;
    }

    private static TransportException failure(Connection connection, EmbeddedChannel channel) {
        var url = HttpUrl.parse("https://registry.invalid/v2/");
        var exchange =
                connection.send(Request.get(new Site("registry.invalid", false), url, Map.of(), Content.CHECKED));
        channel.runPendingTasks();
        return assertThrows(TransportException.class, () -> exchange.awaitHead(Duration.ZERO));
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void aRequestOnAClosedOneFails(Opened opened) {
        var channel = new EmbeddedChannel();
        var connection = opened.over(channel);
        var _ = channel.close();
        channel.runPendingTasks();
        assertEquals(Kind.BROKEN, failure(connection, channel).kind());
    }

    /// With TLS 1.3 a server looks at the client's certificate when the client's handshake is over.
    @ParameterizedTest
    @MethodSource("protocols")
    void aRequestOnARefusedOneSaysWhy(Opened opened) {
        var channel = new EmbeddedChannel();
        var connection = opened.over(channel);
        channel.pipeline()
                .fireExceptionCaught(
                        new DecoderException(new SSLHandshakeException("Received fatal alert: certificate_required")));
        channel.runPendingTasks();
        var failure = failure(connection, channel);
        assertEquals(Kind.UNTRUSTED, failure.kind());
        assertTrue(failure.getMessage().contains("certificate_required"), failure.getMessage());
    }
}
