package dev.carafe.registry;

import dev.carafe.oci.Reference;
import dev.carafe.registry.RegistryConfig.Registries;
import dev.carafe.registry.conf.InvalidRegistriesException;
import dev.carafe.registry.conf.PullSource;
import dev.carafe.registry.conf.RegistriesConf;
import dev.carafe.registry.conf.Stamps;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// What registries.conf says now. Where that is configured, its files are looked at again each time that
/// something begins; files that have become wrong change nothing. Safe for all threads.
public final class RegistryRules {
    private static final System.Logger LOG = System.getLogger(RegistryRules.class.getName());

    private final Registries settings;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile RegistriesConf conf;
    private volatile Stamps stamps;

    public RegistryRules(Registries settings) {
        this.settings = settings;
        conf = settings.read().conf();
        stamps = settings.read().stamps();
    }

    /// All that a name may stand for. See [RegistriesConf#meanings].
    public List<Reference> meanings(String name) {
        return current().meanings(name);
    }

    /// What a pull of the name may try, in order. See [RegistriesConf#pullable].
    public List<Reference> pullable(String name) {
        return current().pullable(name);
    }

    List<PullSource> sources(Reference reference) {
        return current().sources(reference);
    }

    /// Who is asked for credentials. See [RegistriesConf#credentialHelpers].
    public List<String> credentialHelpers() {
        return current().credentialHelpers();
    }

    /// Whether certificates are not checked there for what the site is asked.
    boolean isInsecure(Site site, Origin origin) {
        if (site.isAt(origin)) {
            return site.insecure();
        }
        return conf.isInsecure(origin.authority()) || conf.isInsecure(origin.hostAndPort());
    }

    private RegistriesConf current() {
        // Who finds somebody else at it goes on with what there is.
        if (settings.autoReload() && reading.tryLock()) {
            try {
                if (readWhatChanged()) {
                    LOG.log(Level.INFO, "registries.conf has changed; the new one holds");
                }
            } finally {
                reading.unlock();
            }
        }
        return conf;
    }

    /// Reads the files again where they have changed.
    ///
    /// @return whether something else holds now
    public boolean reload() {
        reading.lock();
        try {
            return readWhatChanged();
        } finally {
            reading.unlock();
        }
    }

    private boolean readWhatChanged() {
        var found = settings.files().stamps();
        if (found.equals(stamps)) {
            return false;
        }
        stamps = found; // also when they are wrong: once is enough to say so
        try {
            var read = settings.files().read();
            conf = read.conf();
            read.warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
            return true;
        } catch (InvalidRegistriesException e) {
            LOG.log(Level.ERROR, "registries.conf has changed, but the old one holds on: {0}", e.getMessage());
            return false;
        }
    }
}
