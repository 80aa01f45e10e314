package dev.carafe.registry.conf;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The files of registries.conf(5), and reading them.
///
/// @param main may be /dev/null
/// @param mainMayBeMissing whether it is not an error when there is none
/// @param folder of those that come after it: whatever ends in `.conf`, in the order of the names, without those
///     of further folders; may be missing
/// @param shortNameMode counts more than what the files say, unless it is unset
public record RegistriesFiles(Path main, boolean mainMayBeMissing, Path folder, ShortNameMode shortNameMode) {
    private static final int MOST_FILES = 1000;
    private static final Path NOTHING = Path.of("/dev/null");

    /// The system's.
    public static RegistriesFiles system() {
        return new RegistriesFiles(
                Path.of("/etc/containers/registries.conf"),
                true,
                Path.of("/etc/containers/registries.conf.d"),
                ShortNameMode.UNSET);
    }

    /// None at all.
    public static RegistriesFiles none() {
        return new RegistriesFiles(NOTHING, true, NOTHING, ShortNameMode.UNSET);
    }

    /// What was read.
    ///
    /// @param warnings a line each: where, the key, why
    /// @param stamps of the files, from before they were read
    public record Read(RegistriesConf conf, List<String> warnings, Stamps stamps) {
        public Read {
            warnings = List.copyOf(warnings);
        }

        /// Nothing was, as by [RegistriesFiles#none()].
        public static Read nothing() {
            return new Read(RegistriesConf.empty(), List.of(), new Stamps(Map.of()));
        }
    }

    /// @throws InvalidRegistriesException with everything that is wrong in any of them
    public Read read() throws InvalidRegistriesException {
        var findings = new Findings();
        var stamps = stamps();
        var merging = new Merging();
        if (!main.equals(NOTHING) && !(mainMayBeMissing && Files.notExists(main))) {
            read(main, merging, findings);
        }
        dropIns(findings).forEach(file -> read(file, merging, findings));
        findings.throwIfWrong();
        return new Read(merging.conf().withShortNameMode(shortNameMode), findings.warnings(), stamps);
    }

    private static void read(Path file, Merging merging, Findings findings) {
        try {
            RegistriesFile.read(file, findings).ifPresent(merging::add);
        } catch (IOException e) {
            findings.unreadable(file, e);
        }
    }

    private List<Path> dropIns(Findings findings) {
        try {
            var files = dropIns();
            if (files.size() <= MOST_FILES) {
                return files;
            }
            findings.wrong(folder.toString(), "there may be " + MOST_FILES + " files, and no more");
        } catch (IOException e) {
            findings.unreadable(folder, e);
        }
        return List.of();
    }

    private List<Path> dropIns() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var stream = Files.newDirectoryStream(folder, "*.conf")) {
            var files = new ArrayList<Path>();
            for (var path : stream) {
                if (!Files.isDirectory(path)) {
                    files.add(path);
                }
            }
            files.sort(Comparator.comparing(path -> path.getFileName().toString()));
            return files;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /// They differ when a file was changed, added or taken away.
    public Stamps stamps() {
        var files = new ArrayList<Path>(List.of(main));
        try {
            files.addAll(dropIns());
        } catch (IOException unreadable) {
            files.add(folder); // reading it will say why
        }
        return Stamps.of(files);
    }

    /// Later files replace what they mention; rules of another prefix and aliases of another name stay.
    private static final class Merging {
        private final Map<String, RegistryRule> rules = new LinkedHashMap<>();
        private final Map<String, String> aliases = new LinkedHashMap<>();
        private Optional<List<String>> searchRegistries = Optional.empty();
        private Optional<List<String>> credentialHelpers = Optional.empty();
        private ShortNameMode shortNameMode = ShortNameMode.UNSET;

        void add(RegistriesFile.Content content) {
            content.rules().forEach(rule -> rules.put(rule.prefix(), rule));
            aliases.putAll(content.aliases());
            searchRegistries = content.searchRegistries().or(() -> searchRegistries);
            credentialHelpers = content.credentialHelpers().or(() -> credentialHelpers);
            shortNameMode = content.shortNameMode().or(shortNameMode);
        }

        RegistriesConf conf() {
            aliases.values().removeIf(String::isEmpty);
            var empty = RegistriesConf.empty();
            return new RegistriesConf(
                    List.copyOf(rules.values()),
                    searchRegistries.orElse(empty.searchRegistries()),
                    aliases,
                    shortNameMode,
                    credentialHelpers.filter(list -> !list.isEmpty()).orElse(empty.credentialHelpers()));
        }
    }
}
