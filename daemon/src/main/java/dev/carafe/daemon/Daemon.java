package dev.carafe.daemon;

import dev.carafe.daemon.config.Configuration;
import dev.carafe.daemon.config.Template;
import dev.carafe.daemon.grpc.CallObserver;
import dev.carafe.daemon.grpc.CriServer;
import dev.carafe.daemon.grpc.Identity;
import dev.carafe.daemon.http.HttpListener;
import dev.carafe.daemon.http.HttpService;
import dev.carafe.daemon.http.Pages;
import dev.carafe.daemon.metrics.Metrics;
import dev.carafe.daemon.metrics.MetricsServer;
import dev.carafe.daemon.status.DiagnosisPages;
import dev.carafe.daemon.status.StatusPages;
import dev.carafe.daemon.tracing.Tracing;
import dev.carafe.engine.Engine;
import dev.carafe.engine.EngineConfig;
import dev.carafe.linux.UnixSockets;
import dev.carafe.nri.NriConfig;
import dev.carafe.streaming.StreamingServer;
import io.grpc.ServerInterceptor;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// All parts of the running daemon: made once, top to bottom, and closed in reverse. Closing it leaves
/// containers alone.
final class Daemon implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Daemon.class.getName());

    /// In the order in which they were made.
    private final List<AutoCloseable> parts;

    private final Engine engine;
    private final Optional<Metrics> metrics;

    private Daemon(List<AutoCloseable> parts, Engine engine, Optional<Metrics> metrics) {
        this.parts = parts;
        this.engine = engine;
        this.metrics = metrics;
    }

    /// Answers on its socket when this returns.
    ///
    /// @param holding the configuration; changed while the daemon runs, it is shown as it is then
    /// @param config for the engine, made of it
    /// @throws IOException when another daemon has the socket or a folder, or a part can't start; nothing is
    ///     left then
    static Daemon start(Holding holding, EngineConfig config, Build build) throws IOException, InterruptedException {
        var configuration = holding.get();
        var api = configuration.api();
        UnixSockets.requireFree(api.listen());
        var parts = new ArrayList<AutoCloseable>();
        try {
            parts.add(FolderLock.take(config.storage().ownFolders()));
            var last = LastRun.read(configuration.life(), build.version());
            parts.add(last);
            if (last.mayHaveLostPower() && configuration.life().repairs()) {
                repair(config);
            }
            var engine = Engine.open(config, Clock.systemUTC());
            parts.add(engine);
            var before = last.upgradedFrom();
            if (before.isPresent() && configuration.life().wipes()) {
                removeImages(engine, before.get());
            }
            last.begin();
            engine.openPlugins(new NriConfig.Runtime(Build.NAME, build.version()));
            var metrics = metrics(configuration, engine, parts);
            var streams = StreamingServer.open(configuration.streaming(), new StreamSessions(engine));
            parts.add(streams);
            var interceptors = tracing(configuration, build, parts);
            var settings = new CriServer.Settings(api.listen(), api.maxReceiveBytes(), api.maxSendBytes());
            var pages = new StatusPages(engine.containers(), node(config), () -> Template.of(holding.get()));
            CallObserver observer = metrics.isPresent() ? metrics.get() : CallObserver.NONE;
            parts.add(CriServer.start(
                    settings,
                    engine,
                    streams,
                    new Identity(Build.NAME, build.version()),
                    new CriServer.Beside(observer, interceptors, new HttpService(pages))));
            beside("status", configuration.statusPort(), pages.questions(), parts);
            beside("diagnosis", configuration.diagnosisPort(), new DiagnosisPages(), parts);
            return new Daemon(parts, engine, metrics);
        } catch (Throwable e) {
            close(parts);
            throw e;
        }
    }

    /// A cut of the power may have taken what the disk had not yet written. What stays damaged is told and stays.
    private static void repair(EngineConfig config) throws IOException, InterruptedException {
        if (Files.isDirectory(config.storage().imageStore())) {
            LOG.log(Level.WARNING, "the last run was cut off, perhaps with the power: checking the store");
            var options = new CheckOptions(Set.of(CheckOptions.Wish.REPAIR), Duration.ZERO);
            var isWhole = new Check(
                            config.storage(),
                            () -> Engine.open(config, Clock.systemUTC()),
                            options,
                            line -> LOG.log(Level.WARNING, line))
                    .run();
            LOG.log(Level.INFO, isWhole ? "the store is whole" : "something of the store stays damaged");
        }
    }

    private static void removeImages(Engine engine, String before) throws InterruptedException {
        LOG.log(Level.WARNING, "version {0} ran before: removing its images, as version_file_persist wants it", before);
        new Wipe(engine, line -> LOG.log(Level.INFO, line)).images();
    }

    private static Optional<Metrics> metrics(Configuration configuration, Engine engine, List<AutoCloseable> parts)
            throws IOException {
        var settings = configuration.metrics();
        if (settings.isEmpty()) {
            return Optional.empty();
        }
        var metrics = new Metrics(settings.get().collectors(), configuration.defaultRuntime());
        engine.images().observe(metrics);
        engine.containers().observe(metrics);
        engine.observe(metrics);
        parts.add(MetricsServer.start(settings.get(), metrics));
        return Optional.of(metrics);
    }

    /// Serves the pages on a port of the host itself.
    private static void beside(String name, OptionalInt wanted, Pages pages, List<AutoCloseable> parts)
            throws IOException {
        if (wanted.isPresent()) {
            var listener = new HttpListener(name, new HttpService(pages), Optional.empty());
            parts.add(listener);
            var port = listener.listen("127.0.0.1", wanted.getAsInt());
            LOG.log(Level.INFO, "the pages of {0} are served on 127.0.0.1 port {1}", name, port);
        }
    }

    /// Closed after the server, so that the last calls are among the spans.
    private static List<ServerInterceptor> tracing(Configuration configuration, Build build, List<AutoCloseable> parts)
            throws IOException {
        var settings = configuration.tracing();
        if (settings.isEmpty()) {
            return List.of();
        }
        var tracing = Tracing.start(settings.get(), build.version());
        parts.add(tracing);
        return List.of(tracing.interceptor());
    }

    private static StatusPages.Node node(EngineConfig config) {
        return new StatusPages.Node(
                config.storage().root().toString(),
                config.runtime().cgroupManager().name().toLowerCase(Locale.ROOT));
    }

    /// Returns when the engine has answered a question.
    void check() throws InterruptedException {
        var _ = engine.node().status(false);
    }

    /// Has the engine take up what changed of its configuration.
    ///
    /// @return whether registries.conf has changed
    /// @throws IOException when the host can't have it: nothing is taken up
    boolean reload(EngineConfig changed) throws IOException {
        var haveRegistriesChanged = engine.reload(changed);
        metrics.ifPresent(m -> m.useByDefault(changed.runtime().defaultHandler()));
        return haveRegistriesChanged;
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
