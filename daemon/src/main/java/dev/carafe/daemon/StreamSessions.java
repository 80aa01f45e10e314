package dev.carafe.daemon;

import dev.carafe.engine.Engine;
import dev.carafe.engine.EngineException;
import dev.carafe.engine.Phase;
import dev.carafe.engine.Span;
import dev.carafe.runtime.StreamPeer;
import dev.carafe.streaming.Client;
import dev.carafe.streaming.Sessions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;

/// What streams are about: the engine's containers and pods, in the streaming server's words. Safe for all
/// threads.
final class StreamSessions implements Sessions {
    private final Engine engine;
    private final Optional<Span> request;

    StreamSessions(Engine engine) {
        this(engine, Optional.empty());
    }

    private StreamSessions(Engine engine, Optional<Span> request) {
        this.engine = engine;
        this.request = request;
    }

    /// Belongs to the request's trace.
    @Override
    public Sessions granted() {
        return Phase.current().isEmpty() ? this : new StreamSessions(engine, Phase.current());
    }

    @Override
    public int exec(String containerId, List<String> command, Client client) throws IOException, InterruptedException {
        try {
            return request.isEmpty()
                    ? run(containerId, command, client)
                    : Phase.within(request.get(), () -> run(containerId, command, client));
        } catch (EngineException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private int run(String containerId, List<String> command, Client client) throws IOException, InterruptedException {
        return engine.containers().exec(containerId, command, client.streams().tty(), new Peer(client));
    }

    @Override
    public void attach(String containerId, Client client) throws IOException, InterruptedException {
        try {
            engine.containers().attach(containerId, new Peer(client));
        } catch (EngineException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public SocketChannel connect(String podId, int port) throws IOException {
        try {
            return engine.pods().connect(podId, port);
        } catch (EngineException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private record Peer(Client client) implements StreamPeer {
        @Override
        public boolean hasInput() {
            return client.streams().stdin();
        }

        @Override
        public boolean nextInput(Taker taker) throws IOException, InterruptedException {
            return client.nextInput(taker::take);
        }

        @Override
        public void writeOutput(ByteBuffer bytes) throws IOException, InterruptedException {
            client.writeOutput(bytes);
        }

        @Override
        public void writeError(ByteBuffer bytes) throws IOException, InterruptedException {
            client.writeError(bytes);
        }

        @Override
        public Optional<WindowSize> nextSize() throws InterruptedException {
            return client.nextSize().map(size -> new WindowSize(size.rows(), size.columns()));
        }
    }
}
