package dev.carafe.daemon;

import dev.carafe.daemon.CheckOptions.Wish;
import dev.carafe.engine.Engine;
import dev.carafe.storage.StorageConfig;
import dev.carafe.storage.StoreCheck;
import dev.carafe.storage.StoreCheck.DamagedLayer;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;

/// `carafe check`: verifies the images' store of a node whose daemon is stopped, and repairs it if it is asked to.
/// Tells what it found. Whoever runs it keeps daemons away meanwhile.
final class Check {
    private final StorageConfig storage;
    private final Node node;
    private final CheckOptions options;
    private final Consumer<String> told;

    /// @param told gets a line for each finding
    Check(StorageConfig storage, Node node, CheckOptions options, Consumer<String> told) {
        this.storage = storage;
        this.node = node;
        this.options = options;
        this.told = told;
    }

    /// The whole node, for what has to be done to containers; nothing else opens the store meanwhile.
    @FunctionalInterface
    interface Node {
        Engine open() throws IOException, InterruptedException;
    }

    /// @return whether the store is whole in the end
    boolean run() throws IOException, InterruptedException {
        if (options.has(Wish.FORCE)) {
            removeContainers();
        }
        var isWhole = check();
        return isWhole || (options.has(Wish.WIPE) && wipe());
    }

    /// Those that stand on what is damaged.
    private void removeContainers() throws IOException, InterruptedException {
        List<String> containers;
        try (var store = StoreCheck.open(storage)) {
            containers = store.run(options.has(Wish.DEEP)).damaged().stream()
                    .flatMap(layer -> layer.containers().stream())
                    .distinct()
                    .toList();
        }
        if (!containers.isEmpty()) {
            try (var engine = node.open()) {
                new Wipe(engine, told).containers(containers);
            }
        }
    }

    private boolean check() throws IOException {
        try (var store = StoreCheck.open(storage)) {
            var report = store.run(options.has(Wish.DEEP));
            report.records().forEach(record -> told.accept("record dropped: " + record));
            report.damaged().forEach(this::tell);
            remains(store);
            if (!options.has(Wish.QUIET)) {
                summary(report);
            }
            if (report.damaged().isEmpty()) {
                // What is dropped is gone: the next check is clean.
                return report.isClean() || options.has(Wish.REPAIR);
            }
            return options.has(Wish.REPAIR) && repair(store, report);
        }
    }

    private void summary(StoreCheck.Report report) {
        told.accept(report.layers() + " layers with " + report.files() + " files and " + report.bytes() + " bytes "
                + (options.has(Wish.DEEP)
                        ? "of which all content was read"
                        : "checked without reading content (--deep does)")
                + ": "
                + (report.damaged().isEmpty()
                        ? "none is damaged"
                        : report.damaged().size() + " damaged"));
    }

    private void tell(DamagedLayer layer) {
        told.accept("layer " + layer.name() + " is damaged:");
        layer.differences().forEach(difference -> told.accept("    " + escaped(difference)));
        layer.images().forEach(image -> told.accept("    image " + image + " has it"));
        layer.containers().forEach(container -> told.accept("    container " + container + " stands on it"));
    }

    /// Names of files are an image maker's text.
    private static String escaped(String text) {
        var escaped = new StringBuilder();
        text.chars().forEach(c -> {
            if (Character.isISOControl(c)
                    || Character.isSurrogate((char) c)
                    || Character.getType(c) == Character.FORMAT) {
                escaped.append(String.format("\\u%04x", c));
            } else {
                escaped.append((char) c);
            }
        });
        return escaped.toString();
    }

    /// Of pulls that never came to their end; no damage.
    private void remains(StoreCheck store) throws IOException {
        var unused = store.unused(Clock.systemUTC().instant().minus(options.age()));
        if (!unused.isEmpty() && options.has(Wish.REPAIR)) {
            store.removeUnused(unused);
            told.accept("removed " + unused.size() + " layers that nobody used");
        } else if (!unused.isEmpty() && !options.has(Wish.QUIET)) {
            told.accept(unused.size() + " layers are used by nobody (--repair removes them, and so does a start)");
        }
    }

    private boolean repair(StoreCheck store, StoreCheck.Report report) throws IOException {
        var kept = store.repair(report);
        told.accept("removed " + (report.damaged().size() - kept.size())
                + " damaged layers and the images that have them; pull those again");
        kept.forEach(layer -> told.accept("layer " + layer.name()
                + " stays: a container stands on it; remove that (--force does), then repair again"));
        return kept.isEmpty();
    }

    private boolean wipe() throws IOException, InterruptedException {
        try (var engine = node.open()) {
            var wipe = new Wipe(engine, told);
            wipe.pods();
            wipe.images();
            if (!wipe.kept().isEmpty()) {
                return false;
            }
        }
        return check();
    }
}
