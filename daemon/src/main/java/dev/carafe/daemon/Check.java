package dev.carafe.daemon;

import dev.carafe.storage.StorageConfig;
import dev.carafe.storage.StoreCheck;
import dev.carafe.storage.StoreCheck.DamagedLayer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/// `carafe check`: verifies the images' store of a node whose daemon is stopped, and repairs it if it is asked to.
/// Prints what it found.
final class Check {
    private final PrintStream out;
    private final boolean isDeep;
    private final boolean isRepairing;

    private Check(PrintStream out, boolean isDeep, boolean isRepairing) {
        this.out = out;
        this.isDeep = isDeep;
        this.isRepairing = isRepairing;
    }

    /// What is wrong with the command line, if anything is.
    static Optional<String> complaint(List<String> arguments) {
        for (var argument : arguments) {
            switch (argument) {
                case "--deep", "--repair", "-r" -> {}
                case "--age", "-a", "--force", "-f", "--quiet", "-q", "--wipe", "-w" -> {
                    return Optional.of("check does not know crio's " + argument + " yet");
                }
                default -> {
                    return Optional.of("check takes --deep and --repair, not " + argument);
                }
            }
        }
        return Optional.empty();
    }

    /// @param arguments without [#complaint]
    /// @return whether the store is whole in the end
    static boolean run(StorageConfig config, List<String> arguments, PrintStream out) throws IOException {
        var isRepairing = arguments.contains("--repair") || arguments.contains("-r");
        var check = new Check(out, arguments.contains("--deep"), isRepairing);
        if (!Files.isDirectory(config.imageStore())) {
            throw new IOException("there is no store in " + config.imageStore());
        }
        // Also what keeps a daemon from starting meanwhile.
        try (var _ = FolderLock.take(config.ownFolders());
                var store = StoreCheck.open(config)) {
            return check.run(store);
        }
    }

    private boolean run(StoreCheck store) throws IOException {
        var report = store.run(isDeep);
        report.records().forEach(record -> out.println("record dropped: " + record));
        report.damaged().forEach(this::print);
        out.println(report.layers() + " layers with " + report.files() + " files and " + report.bytes() + " bytes "
                + (isDeep ? "of which all content was read" : "checked without reading content (--deep does)") + ": "
                + (report.damaged().isEmpty()
                        ? "none is damaged"
                        : report.damaged().size() + " damaged"));
        if (report.damaged().isEmpty()) {
            return report.isClean() || isRepairing; // what is dropped is gone: the next check is clean
        }
        return isRepairing && repair(store, report);
    }

    private void print(DamagedLayer layer) {
        out.println("layer " + layer.name() + " is damaged:");
        layer.differences().forEach(difference -> out.println("    " + escaped(difference)));
        layer.images().forEach(image -> out.println("    image " + image + " has it"));
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

    private boolean repair(StoreCheck store, StoreCheck.Report report) throws IOException {
        var kept = store.repair(report);
        out.println("removed " + (report.damaged().size() - kept.size())
                + " damaged layers and the images that have them; pull those again");
        kept.forEach(layer -> out.println(
                "layer " + layer.name() + " stays: a container stands on it; remove that, then repair again"));
        return kept.isEmpty();
    }
}
