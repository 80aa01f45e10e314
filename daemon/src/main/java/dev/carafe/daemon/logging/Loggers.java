package dev.carafe.daemon.logging;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Gives the process its `System.Logger`s: the platform finds this class as a service. All write to standard
/// error, or to the file that [#append(Path)] names.
public final class Loggers extends System.LoggerFinder {
    // The platform makes one finder for the whole process, by itself; so what it writes to is the process's, too.
    private static final LogOutput OUTPUT = new LogOutput(new FileOutputStream(FileDescriptor.err));

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new NamedLogger(name, OUTPUT, module.isNamed());
    }

    /// From now on, for all loggers.
    ///
    /// @param filter only lines in which it is found are written
    public static void use(Severity threshold, LogFormat format, Optional<Pattern> filter) {
        OUTPUT.use(new LogOutput.Settings(threshold, format, filter));
    }

    /// From now on lines are added to the file.
    ///
    /// @throws IOException when it can't be written
    public static void append(Path file) throws IOException {
        OUTPUT.to(new FileOutputStream(file.toFile(), true));
    }

    /// A line of a daemon that can't go on; whatever the threshold is.
    public static void fatal(String message) {
        OUTPUT.write(Severity.FATAL, message, List.of());
    }

    /// Lets what gRPC and Netty say through java.util.logging come out here as well.
    public static void adoptLibraries() {
        LibraryLogs.adopt(OUTPUT);
    }
}
