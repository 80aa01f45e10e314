package dev.carafe.daemon;

import dev.carafe.daemon.config.ApiSettings;
import dev.carafe.daemon.grpc.CriServer;
import dev.carafe.daemon.grpc.Identity;
import dev.carafe.engine.Engine;
import dev.carafe.engine.EngineConfig;
import dev.carafe.streaming.StreamingServer;
import dev.carafe.streaming.StreamingSettings;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/// All parts of the running daemon: made once, top to bottom, and closed in reverse. Closing it leaves
/// containers alone.
final class Daemon implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Daemon.class.getName());

    /// In the order in which they were made.
    private final List<AutoCloseable> parts;

    private final Engine engine;

    private Daemon(List<AutoCloseable> parts, Engine engine) {
        this.parts = parts;
        this.engine = engine;
    }

    /// Answers on its socket when this returns.
    ///
    /// @throws IOException when another daemon has the socket or a folder, or a part can't start; nothing is
    ///     left then
    static Daemon start(ApiSettings api, StreamingSettings streaming, EngineConfig config, Build build)
            throws IOException, InterruptedException {
        CriServer.requireFree(api.listen());
        var parts = new ArrayList<AutoCloseable>();
        try {
            parts.add(FolderLock.take(config.storage().ownFolders()));
            var engine = Engine.open(config, Clock.systemUTC());
            parts.add(engine);
            var streams = StreamingServer.open(streaming, new StreamSessions(engine));
            parts.add(streams);
            var settings = new CriServer.Settings(api.listen(), api.maxReceiveBytes(), api.maxSendBytes());
            parts.add(CriServer.start(settings, engine, streams, new Identity(Build.NAME, build.version())));
            return new Daemon(parts, engine);
        } catch (Throwable e) {
            close(parts);
            throw e;
        }
    }

    Engine engine() {
        return engine;
    }

    @Override
    public void close() {
        close(parts);
    }

    private static void close(List<AutoCloseable> parts) {
        for (var part : parts.reversed()) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.log(Level.WARNING, "could not close " + part.getClass().getSimpleName(), e);
            }
        }
    }
}
