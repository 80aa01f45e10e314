package dev.carafe.daemon.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tells when the files of the configuration have changed: by looking at their times, so that it works through links
/// and in folders that come later, as volumes of Kubernetes are changed. For one thread.
public final class ConfigurationStamps {
    private final Flags flags;
    private final Map<String, String> environment;
    private Map<Path, Stamp> holding;
    private Map<Path, Stamp> latest;

    private record Stamp(@Nullable Object identity, long modified, long size) {}

    /// @param environment that the configuration was read with
    public ConfigurationStamps(Flags flags, Map<String, String> environment) {
        this.flags = flags;
        this.environment = Map.copyOf(environment);
        this.holding = look();
        this.latest = holding;
    }

    /// To be called now and then. Files that change between two looks are still being written.
    ///
    /// @return whether there are others than at the last [#taken()], and the same as at the last look
    public boolean haveChanged() {
        var now = look();
        var isQuiet = now.equals(latest);
        latest = now;
        return isQuiet && !now.equals(holding);
    }

    /// What is there now is about to be read.
    public void taken() {
        holding = look();
        latest = holding;
    }

    private Map<Path, Stamp> look() {
        var findings = new Findings(); // reading them finds the same
        var options = Environment.read(environment, findings);
        options.override(flags.values());
        var stamps = new HashMap<Path, Stamp>();
        var main = options.get(CommandLineKeys.CONFIG);
        if (!main.isEmpty()) {
            put(Path.of(main), stamps);
        }
        var folder = options.get(CommandLineKeys.CONFIG_DIR);
        if (!folder.isEmpty()) {
            DropIns.in(Path.of(folder), findings).forEach(file -> put(file, stamps));
        }
        return stamps;
    }

    private static void put(Path file, Map<Path, Stamp> stamps) {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            stamps.put(
                    file,
                    new Stamp(
                            attributes.fileKey(), attributes.lastModifiedTime().toMillis(), attributes.size()));
        } catch (IOException gone) {
            stamps.put(file, new Stamp(null, 0, 0));
        }
    }
}
