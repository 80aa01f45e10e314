package dev.carafe.daemon.ctl;

import dev.carafe.streaming.client.StreamingClient;
import dev.carafe.streaming.client.Transport;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// How verbs reach the server of streams, whose URL the runtime gives.
final class RemoteOptions {
    @Option(names = "--transport", description = "websocket, the default, or spdy.")
    private Transport transport = Transport.WEBSOCKET;

    @Option(names = "--tls-ca", paramLabel = "FILE", description = "Who may have signed the server's certificate.")
    private Optional<Path> authority = Optional.empty();

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "Our certificate, for servers that ask for one.")
    private Optional<Path> certificate = Optional.empty();

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Its key.")
    private Optional<Path> key = Optional.empty();

    Transport transport() {
        return transport;
    }

    StreamingClient client() throws IOException {
        if (certificate.isPresent() != key.isPresent()) {
            throw new IOException("--tls-cert and --tls-key are given together");
        }
        var tls = SslContextBuilder.forClient();
        try {
            authority.ifPresent(file -> tls.trustManager(file.toFile()));
            certificate.ifPresent(
                    file -> tls.keyManager(file.toFile(), key.orElseThrow().toFile()));
        } catch (IllegalArgumentException e) {
            throw new IOException("a certificate or key can't be used: " + e.getMessage(), e);
        }
        return new StreamingClient(tls.build());
    }
}
