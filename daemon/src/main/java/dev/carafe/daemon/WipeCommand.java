package dev.carafe.daemon;

import dev.carafe.daemon.config.LifeSettings;
import dev.carafe.daemon.config.UsageException;
import dev.carafe.engine.Engine;
import dev.carafe.engine.EngineConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.util.List;

/// `carafe wipe`: removes what a reboot or an upgrade has made useless, on a node whose daemon is stopped: pods after a
/// reboot, images after an upgrade, both in any case when it is forced to.
///
/// @param isForced whether the files of the last run are not asked
record WipeCommand(boolean isForced) {
    static WipeCommand parse(List<String> arguments) throws UsageException {
        for (var argument : arguments) {
            if (!argument.equals("--force") && !argument.equals("-f")) {
                throw new UsageException("wipe takes --force, not " + argument);
            }
        }
        return new WipeCommand(!arguments.isEmpty());
    }

    /// @return whether all went that was to go
    boolean run(LifeSettings files, EngineConfig config, PrintStream out) throws IOException, InterruptedException {
        // Also what keeps a daemon from starting meanwhile.
        try (var _ = FolderLock.take(config.storage().ownFolders())) {
            var last = LastRun.read(files, Build.read().version());
            var pods = isForced || last.hasRebooted();
            var images = isForced || last.upgradedFrom().isPresent();
            if (!pods && !images) {
                out.println(
                        "nothing to wipe: the node was not rebooted and the daemon not upgraded since its last start"
                                + " (--force wipes all the same)");
                return true;
            }
            try (var engine = Engine.open(config, Clock.systemUTC())) {
                var wipe = new Wipe(engine, out::println);
                if (pods) {
                    wipe.pods();
                }
                if (images) {
                    wipe.images();
                }
                return wipe.kept().isEmpty();
            }
        }
    }
}
