package dev.carafe.daemon;

import dev.carafe.daemon.config.Configuration;
import dev.carafe.daemon.config.ConfigurationException;
import dev.carafe.daemon.config.EngineSettings;
import dev.carafe.daemon.config.Flags;
import dev.carafe.daemon.config.Host;
import dev.carafe.daemon.config.Loaded;
import dev.carafe.daemon.config.Template;
import dev.carafe.daemon.config.UsageException;
import dev.carafe.daemon.ctl.Ctl;
import dev.carafe.daemon.logging.Causes;
import dev.carafe.daemon.logging.LogFormat;
import dev.carafe.daemon.logging.Loggers;
import dev.carafe.daemon.logging.Severity;
import dev.carafe.daemon.manual.Completion;
import dev.carafe.daemon.manual.Help;
import dev.carafe.daemon.manual.Manual;
import dev.carafe.daemon.status.Diagnosis;
import dev.carafe.daemon.status.SocketQuestion;
import dev.carafe.daemon.status.StatusCommand;
import dev.carafe.engine.Engine;
import dev.carafe.engine.EngineConfig;
import dev.carafe.engine.EngineException;
import dev.carafe.engine.Repetition;
import dev.carafe.engine.spec.HostFacts;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The command line of `carafe`: flags, then a subcommand; without one the daemon runs in the foreground, as
/// crio does. Exit codes: 0, 1 for a failure, 2 for a wrong command line.
public final class Main {
    private static final System.Logger LOG = System.getLogger(Main.class.getName());

    /// At the files of the configuration.
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    private static final int OK = 0;
    private static final int FAILURE = 1;
    private static final int USAGE = 2;

    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;

    Main(PrintStream out, PrintStream err, Map<String, String> environment) {
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    public static void main(String[] arguments) {
        var code = new Main(stream(FileDescriptor.out), stream(FileDescriptor.err), System.getenv())
                .run(List.of(arguments));
        System.exit(code);
    }

    /// UTF-8 whatever the locale says: bytes of containers pass through here.
    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /// Gives the exit code.
    int run(List<String> arguments) {
        try {
            var flags = Flags.parse(arguments);
            var rest = flags.rest();
            if (flags.help()) {
                return help();
            }
            if (flags.version()) {
                return version(List.of());
            }
            return rest.isEmpty() ? daemon(flags) : subcommand(flags, rest.getFirst(), rest.subList(1, rest.size()));
        } catch (UsageException e) {
            return usage(Causes.text(e));
        }
    }

    private int usage(String why) {
        err.println("carafe: " + why + " (see carafe --help)");
        return USAGE;
    }

    private int subcommand(Flags flags, String name, List<String> arguments) {
        return switch (name) {
            case "check" -> check(flags, arguments);
            case "complete", "completion" -> complete(arguments);
            case "config" -> config(flags, arguments);
            case "ctl" -> ctl(arguments);
            case "help", "h" -> help();
            case "images" -> images(flags, arguments);
            case "man" -> print(Manual.page());
            case "markdown", "md" -> print(Manual.markdown());
            case "status" -> status(flags, arguments);
            case "version" -> version(arguments);
            case "wipe" -> wipe(flags, arguments);
            default -> usage("there is no subcommand " + name + "; these are: " + Help.names());
        };
    }

    private int help() {
        return print(Help.text());
    }

    private int print(String text) {
        out.print(text);
        return OK;
    }

    private int complete(List<String> arguments) {
        var shell = arguments.size() == 1 ? Completion.of(arguments.getFirst()) : Optional.<Completion>empty();
        return shell.isPresent() ? print(shell.get().script()) : usage("complete takes one of bash, fish and zsh");
    }

    private int status(Flags flags, List<String> arguments) {
        try {
            var listen = load(flags).api().listen();
            StatusCommand.parse(arguments, listen).run(out);
            return OK;
        } catch (UsageException e) {
            return usage(Causes.text(e));
        } catch (IOException e) {
            err.println("carafe: " + Causes.text(e));
            return FAILURE;
        }
    }

    private int version(List<String> arguments) {
        var json = false;
        var verbose = false;
        for (var argument : arguments) {
            switch (argument) {
                case "--json", "-j" -> json = true;
                case "--verbose", "-v" -> verbose = true;
                default -> {
                    return usage("version takes --json and --verbose, not " + argument);
                }
            }
        }
        var build = Build.read();
        out.print(json ? build.json(verbose) : build.text(verbose));
        return OK;
    }

    private int config(Flags flags, List<String> arguments) {
        if (!arguments.isEmpty() && !arguments.equals(List.of("--default"))) {
            return usage("config takes --default and nothing else, not " + String.join(" ", arguments));
        }
        try {
            var configuration = arguments.isEmpty() ? load(flags) : Configuration.defaults();
            out.print(Template.of(configuration));
            return OK;
        } catch (ConfigurationException e) {
            err.println("carafe: " + Causes.text(e));
            return FAILURE;
        }
    }

    private int check(Flags flags, List<String> arguments) {
        return offline(() -> {
            var options = CheckOptions.parse(arguments);
            var configuration = load(flags);
            var storage = configuration.storage();
            if (!Files.isDirectory(storage.imageStore())) {
                throw new IOException("there is no store in " + storage.imageStore());
            }
            Check.Node node = () -> Engine.open(engineConfig(configuration), Clock.systemUTC());
            try (var _ = FolderLock.take(storage.ownFolders())) {
                return new Check(storage, node, options, out::println).run();
            }
        });
    }

    private int wipe(Flags flags, List<String> arguments) {
        return offline(() -> {
            var command = WipeCommand.parse(arguments);
            var configuration = load(flags);
            return command.run(configuration.life(), engineConfig(configuration), out);
        });
    }

    private EngineConfig engineConfig(Configuration configuration) throws ConfigurationException {
        return EngineSettings.of(configuration, Host.detect(environment)).config();
    }

    /// What is done while the daemon is stopped.
    private int offline(Work work) {
        try {
            return work.isDone() ? OK : FAILURE;
        } catch (UsageException e) {
            return usage(Causes.text(e));
        } catch (IOException | InterruptedException | EngineException e) {
            err.println("carafe: " + Causes.text(e));
            return FAILURE;
        }
    }

    @FunctionalInterface
    private interface Work {
        /// False: something is left to be done.
        boolean isDone() throws IOException, InterruptedException, UsageException;
    }

    private int images(Flags flags, List<String> arguments) {
        return offline(() -> {
            var command = ImagesCommand.parse(arguments);
            var configuration = load(flags);
            command.run(configuration, out);
            return true;
        });
    }

    /// With its warnings logged.
    private Configuration load(Flags flags) throws ConfigurationException {
        return adopt(Configuration.load(flags, environment));
    }

    private static Configuration adopt(Loaded loaded) {
        var log = loaded.configuration().log();
        Loggers.use(log.threshold(), log.format(), log.filter());
        loaded.warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
        return loaded.configuration();
    }

    private int ctl(List<String> arguments) {
        Loggers.use(Severity.WARNING, LogFormat.TEXT, Optional.empty());
        Loggers.adoptLibraries();
        return Ctl.run(arguments.toArray(String[]::new), out, err);
    }

    private int daemon(Flags flags) {
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, bug) -> LOG.log(Level.ERROR, "thread " + thread.getName() + " ended by a bug", bug));
        try {
            var loaded = Configuration.load(flags, environment);
            var file = loaded.configuration().log().file();
            if (file.isPresent()) {
                Loggers.append(file.get());
            }
            var configuration = adopt(loaded);
            var engine = EngineSettings.of(configuration, Host.detect(environment));
            engine.warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
            run(flags, configuration, engine.config());
            return OK;
        } catch (ConfigurationException e) {
            Causes.text(e).lines().forEach(Loggers::fatal);
        } catch (IOException | InterruptedException | RuntimeException e) {
            LOG.log(Level.DEBUG, "the start failed", e);
            Loggers.fatal("can't start: " + Causes.text(e));
        }
        return FAILURE;
    }

    private void run(Flags flags, Configuration configuration, EngineConfig config)
            throws IOException, InterruptedException {
        var signals = ProcessSignals.listen();
        Loggers.adoptLibraries();
        var build = Build.read();
        var holding = new Holding(configuration);
        try (var daemon = Daemon.start(holding, config, build)) {
            var reload = new Reload(flags, environment, daemon, holding);
            var listen = configuration.api().listen();
            LOG.log(Level.INFO, StartReport.text(build, listen, config, HostFacts.detect()));
            var manager = new Systemd(environment);
            manager.ready();
            var watchdog = manager.watchdog()
                    .map(period -> Watchdog.start(manager, period, () -> {
                        var _ = SocketQuestion.ask(listen, "/info"); // over the socket, as cAdvisor does
                        daemon.check();
                    }));
            serve(signals, reload);
            watchdog.ifPresent(Repetition::close);
            manager.stopping();
        }
        LOG.log(Level.INFO, "stopped; containers go on");
    }

    /// Until it is told to stop.
    private static void serve(ProcessSignals signals, Reload reload) throws InterruptedException {
        while (true) {
            var wish = signals.await(LOOK_AGAIN);
            if (wish.isEmpty()) {
                reload.runIfChanged();
                continue;
            }
            switch (wish.get()) {
                case STOP -> {
                    return;
                }
                case RELOAD -> reload.run("SIGHUP");
                case SHOW_THREADS -> showThreads();
            }
        }
    }

    private static void showThreads() {
        try {
            var folder = Files.createTempDirectory("carafe-threads");
            Diagnosis.threads(folder.resolve("threads"));
            LOG.log(Level.INFO, "SIGUSR1: what the threads do is in {0}", folder.resolve("threads"));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "SIGUSR1: could not write what the threads do", e);
        }
    }
}
