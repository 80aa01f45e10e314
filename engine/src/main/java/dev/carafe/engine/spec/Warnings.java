package dev.carafe.engine.spec;

import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Tells the operator what the host can't grant: each cause once, however many containers it meets. Safe for all
/// threads.
final class Warnings {
    private static final System.Logger LOG = System.getLogger(Warnings.class.getName());
    /// Causes come from requests too, so that their number needs a bound; later ones are not logged.
    private static final int MAXIMUM_CAUSES = 1000;
    private static final int MAXIMUM_LENGTH = 500;

    private final Set<String> told = ConcurrentHashMap.newKeySet();

    void once(String cause) {
        var text = cause.substring(0, Math.min(cause.length(), MAXIMUM_LENGTH)).replaceAll("\\p{Cntrl}", "?");
        if (told.size() < MAXIMUM_CAUSES && told.add(text)) {
            LOG.log(Level.WARNING, text);
        }
    }

    Set<String> told() {
        return Set.copyOf(told);
    }
}
