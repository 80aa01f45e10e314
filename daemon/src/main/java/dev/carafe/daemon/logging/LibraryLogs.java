package dev.carafe.daemon.logging;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// What the libraries log through java.util.logging: gRPC does so by itself, Netty when told. Warnings and
/// worse; of the rest, on the level `trace`, what shows no bytes of a request.
final class LibraryLogs extends Handler {
    /// Below warnings these print whole frames, and in their headers and bodies are credentials and environments. Held
    /// here, because loggers that nobody holds forget their level.
    private static final List<Logger> FRAMES = List.of(
            Logger.getLogger("io.grpc.netty.NettyServerHandler"), Logger.getLogger("io.grpc.netty.NettyClientHandler"));

    private final LogOutput output;

    private LibraryLogs(LogOutput output) {
        this.output = output;
    }

    static void adopt(LogOutput output) {
        // Otherwise Netty looks for three other logging libraries before.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        LogManager.getLogManager().reset();
        var root = Logger.getLogger("");
        root.setLevel(output.shows(Severity.TRACE) ? Level.ALL : Level.WARNING);
        FRAMES.forEach(logger -> logger.setLevel(Level.WARNING));
        root.addHandler(new LibraryLogs(output));
    }

    @Override
    public void publish(@Nullable LogRecord entry) {
        if (entry != null) {
            output.log(
                    Severity.of(entry.getLevel()),
                    String.valueOf(entry.getLoggerName()),
                    Messages.filled(String.valueOf(entry.getMessage()), entry.getParameters()),
                    entry.getThrown());
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
