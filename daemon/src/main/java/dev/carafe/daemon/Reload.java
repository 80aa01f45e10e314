package dev.carafe.daemon;

import dev.carafe.daemon.config.Configuration;
import dev.carafe.daemon.config.ConfigurationException;
import dev.carafe.daemon.config.ConfigurationStamps;
import dev.carafe.daemon.config.EngineSettings;
import dev.carafe.daemon.config.Flags;
import dev.carafe.daemon.config.Host;
import dev.carafe.daemon.logging.Causes;
import dev.carafe.daemon.logging.Loggers;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What SIGHUP does, and a change of the files: they are read again, and what a running daemon can take up holds from
/// then on. Files that are wrong change nothing. One line of the log says what has changed. For one thread.
final class Reload {
    private static final System.Logger LOG = System.getLogger(Reload.class.getName());

    private final Flags flags;
    private final Map<String, String> environment;
    private final Daemon daemon;
    private final Holding holding;
    private final ConfigurationStamps stamps;

    /// @param holding what the daemon runs with
    Reload(Flags flags, Map<String, String> environment, Daemon daemon, Holding holding) {
        this.flags = flags;
        this.environment = environment;
        this.daemon = daemon;
        this.holding = holding;
        this.stamps = new ConfigurationStamps(flags, environment);
    }

    /// @param why for the log
    void run(String why) {
        stamps.taken();
        try {
            var loaded = Configuration.load(flags, environment);
            var taken = holding.get().takeUp(loaded.configuration());
            var settings = EngineSettings.of(taken.configuration(), Host.detect(environment));
            var haveRegistriesChanged = daemon.reload(settings.config());
            holding.set(taken.configuration());
            var log = taken.configuration().log();
            Loggers.use(log.threshold(), log.format(), log.filter());
            loaded.warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
            settings.warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
            LOG.log(Level.INFO, why + ": " + text(taken, haveRegistriesChanged));
        } catch (ConfigurationException e) {
            LOG.log(Level.ERROR, why + " changes nothing, the configuration is wrong: " + Causes.text(e));
        } catch (IOException e) {
            LOG.log(Level.ERROR, why + " changes nothing, this host can't have it: " + Causes.text(e));
        }
    }

    /// Runs when the files are others than those that were read last. To be called now and then.
    void runIfChanged() {
        if (stamps.haveChanged()) {
            run("the new configuration");
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
