package dev.carafe.daemon.metrics;

import dev.carafe.daemon.config.MetricsSettings;
import dev.carafe.daemon.http.HttpListener;
import dev.carafe.daemon.http.HttpService;
import dev.carafe.daemon.http.Page;
import dev.carafe.daemon.http.SocketFile;
import dev.carafe.streaming.TlsFiles;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// `/metrics`, on a port and, where it is configured, on a unix socket.
public final class MetricsServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(MetricsServer.class.getName());

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    private final HttpListener listener;
    private final int port;
    private @Nullable SocketFile socket;

    private MetricsServer(HttpListener listener, int port) {
        this.listener = listener;
        this.port = port;
    }

    /// Answers when this returns.
    ///
    /// @throws IOException when the port or the socket can't be had, or the files for TLS can't be used
    public static MetricsServer start(MetricsSettings settings, Metrics metrics) throws IOException {
        Optional<Supplier<SslContext>> tls = Optional.empty();
        if (settings.tls().isPresent()) {
            tls = Optional.of(TlsFiles.open("metrics", settings.tls().get())::current);
        }
        var listener = new HttpListener("metrics", new HttpService((_, path) -> page(path, metrics)), tls);
        try {
            var server = new MetricsServer(listener, listener.listen(settings.host(), settings.port()));
            if (settings.socket().isPresent()) {
                server.listen(settings.socket().get());
            }
            LOG.log(
                    Level.INFO,
                    "metrics are served on {0} port {1}, {2} TLS",
                    settings.host(),
                    server.port,
                    tls.isPresent() ? "with" : "without");
            return server;
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw new IOException("can't serve metrics", e);
        }
    }

    private void listen(Path path) throws IOException {
        socket = SocketFile.prepare(path);
        listener.listen(socket.binding());
        socket.publish();
    }

    private static Page page(String path, Metrics metrics) {
        return path.equals("/metrics")
                ? new Page(OK, Exposition.TYPE, metrics.text())
                : Page.refused(NOT_FOUND, "there is only /metrics");
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "could not remove the socket of metrics", e);
        }
        listener.close();
    }
}
