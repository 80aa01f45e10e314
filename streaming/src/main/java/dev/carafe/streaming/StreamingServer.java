package dev.carafe.streaming;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Grants URLs under which one client can run a command in a container, attach to it, or forward ports of a pod; each
/// is good once and for a minute. Safe for all threads. With any free port it does not listen before the first grant,
/// so that a node on which nobody asks pays nothing.
public final class StreamingServer implements AutoCloseable {
    /// Connections at once.
    public static final int MAX_CONNECTIONS = 4096;

    private final StreamingSettings settings;
    private final Sessions sessions;
    private @Nullable Listener listener;
    private boolean isClosed;

    private StreamingServer(StreamingSettings settings, Sessions sessions) {
        this.settings = settings;
        this.sessions = sessions;
    }

    /// @throws IOException when the configured port can't be had, or the files for TLS can't be used
    public static StreamingServer open(StreamingSettings settings, Sessions sessions) throws IOException {
        var server = new StreamingServer(settings, sessions);
        if (settings.port() != 0 || settings.tls().isPresent()) {
            server.listener();
        }
        return server;
    }

    private synchronized Listener listener() throws IOException {
        if (isClosed) {
            throw new IOException("the daemon is stopping");
        }
        if (listener == null) {
            listener = Listener.bind(settings, sessions);
        }
        return listener;
    }

    /// The URL for a client that runs a command.
    public String exec(String containerId, List<String> command, Streams streams) throws IOException {
        return grant(new Request.Exec(sessions.granted(), containerId, command, streams));
    }

    public String attach(String containerId, Streams streams) throws IOException {
        return grant(new Request.Attach(containerId, streams));
    }

    /// @param ports only clients of the old WebSocket protocol need them here; others name them later
    public String portForward(String podId, List<Integer> ports) throws IOException {
        return grant(new Request.PortForward(podId, ports));
    }

    private String grant(Request request) throws IOException {
        return listener().grant(request);
    }

    /// Ends all streams, and with them the commands that were run for them.
    @Override
    public void close() {
        Listener listening;
        synchronized (this) {
            isClosed = true;
            listening = listener;
        }
        if (listening != null) {
            listening.close();
        }
    }
}
