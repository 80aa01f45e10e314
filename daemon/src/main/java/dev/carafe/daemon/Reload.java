package dev.carafe.daemon;

import dev.carafe.daemon.config.Configuration;
import dev.carafe.daemon.config.ConfigurationException;
import dev.carafe.daemon.config.EngineSettings;
import dev.carafe.daemon.config.Flags;
import dev.carafe.daemon.config.Host;
import dev.carafe.daemon.logging.Causes;
import dev.carafe.daemon.logging.Loggers;
import dev.carafe.engine.Engine;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What SIGHUP does: the files are read again, and what a running daemon can take up holds from then on. Files
/// that are wrong change nothing. One line of the log says what has changed. For one thread.
final class Reload {
    private static final System.Logger LOG = System.getLogger(Reload.class.getName());

    private final Flags flags;
    private final Map<String, String> environment;
    private final Engine engine;
    private Configuration holding;

    /// @param holding what the daemon runs with
    Reload(Flags flags, Map<String, String> environment, Engine engine, Configuration holding) {
        this.flags = flags;
        this.environment = environment;
        this.engine = engine;
        this.holding = holding;
    }

    void run() {
        try {
            var loaded = Configuration.load(flags, environment);
            var taken = holding.takeUp(loaded.configuration());
            var settings = EngineSettings.of(taken.configuration(), Host.detect(environment));
            var haveRegistriesChanged = engine.reload(settings.config());
            holding = taken.configuration();
            var log = holding.log();
            Loggers.use(log.threshold(), log.format(), log.filter());
            loaded.warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
            settings.warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
            LOG.log(Level.INFO, "SIGHUP: " + text(taken, haveRegistriesChanged));
        } catch (ConfigurationException e) {
            LOG.log(Level.ERROR, "SIGHUP changes nothing, the configuration is wrong: " + Causes.text(e));
        }
    }

    private static String text(Configuration.TakenUp taken, boolean haveRegistriesChanged) {
        var now = new ArrayList<>(taken.now());
        if (haveRegistriesChanged) {
            now.add("registries.conf");
        }
        var changed = now.isEmpty() ? "nothing to take up has changed" : "taken up: " + listed(now);
        return taken.later().isEmpty() ? changed : changed + "; only a restart takes up: " + listed(taken.later());
    }

    private static String listed(List<String> keys) {
        return String.join(", ", keys);
    }
}
