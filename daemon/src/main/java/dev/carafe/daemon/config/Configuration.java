package dev.carafe.daemon.config;

import dev.carafe.storage.StorageConfig;
import dev.carafe.streaming.StreamingSettings;
import dev.carafe.trust.TrustConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/// All keys of crio.conf(5) with the values that hold: the built-in default, else that of the main file, else of
/// the last drop-in that names the key, else of the environment variable, else of the flag. Immutable; for all
/// threads. Two are equal when every key has the same value, wherever it was said.
public final class Configuration {
    private final Document document;
    private final List<Path> additionalImageStores;

    private Configuration(Document document, List<Path> additionalImageStores) {
        this.document = document;
        this.additionalImageStores = List.copyOf(additionalImageStores);
    }

    /// What holds on a host where nothing is configured.
    public static Configuration defaults() {
        return new Configuration(Document.empty(), List.of());
    }

    /// Reads the files that the flags and the environment name, by default /etc/crio/crio.conf and
    /// /etc/crio/crio.conf.d, and lays environment and flags over them. Nothing of the host but these files is
    /// looked at, and containers-storage.conf(5).
    ///
    /// @param environment of the process
    /// @throws ConfigurationException with everything that is wrong in any of them
    public static Loaded load(Flags flags, Map<String, String> environment) throws ConfigurationException {
        var findings = new Findings();
        var options = Environment.read(environment, findings);
        options.override(flags.values());
        var document = Document.empty();
        readMain(options, document, findings);
        readDropIns(options, document, findings);
        document.values().override(options);
        RuntimesFlag.apply(options, document, findings);
        new Checks(document, findings).run();
        var additional = AdditionalImageStores.of(document.values(), environment, findings);
        findings.throwIfWrong();
        return new Loaded(new Configuration(document, additional), findings.warnings());
    }

    private static void readMain(Values options, Document document, Findings findings) {
        var file = options.get(CommandLineKeys.CONFIG);
        var mayBeMissing = !options.isSet(CommandLineKeys.CONFIG);
        if (!file.isEmpty() && !(mayBeMissing && Files.notExists(Path.of(file)))) {
            read(Path.of(file), document, findings);
        }
    }

    private static void readDropIns(Values options, Document document, Findings findings) {
        var folder = options.get(CommandLineKeys.CONFIG_DIR);
        if (!folder.isEmpty()) {
            DropIns.in(Path.of(folder), findings).forEach(file -> read(file, document, findings));
        }
    }

    private static void read(Path file, Document document, Findings findings) {
        try {
            document.merge(ConfigurationFile.read(file, findings));
        } catch (IOException e) {
            findings.unreadable(file, e);
        }
    }

    /// What is served, and where.
    public ApiSettings api() {
        return ApiSettings.of(document.values());
    }

    /// Where and how exec, attach and port-forward are served.
    public StreamingSettings streaming() {
        return ComposeStreaming.of(document.values());
    }

    /// Empty when no metrics are wanted.
    public Optional<MetricsSettings> metrics() {
        return MetricsSettings.of(document.values());
    }

    /// The port of the host itself on which the daemon's own state is shown; 0: any that is free. Empty when it is not
    /// wanted.
    public OptionalInt diagnosisPort() {
        var values = document.values();
        return values.get(CommandLineKeys.PROFILE)
                ? OptionalInt.of(values.get(CommandLineKeys.PROFILE_PORT).intValue())
                : OptionalInt.empty();
    }

    /// The port of the host itself on which CRI-O's pages can be read. Empty when they are only on the socket.
    public OptionalInt statusPort() {
        var port = document.values().get(ApiKeys.STATUS_PORT).intValue();
        return port == 0 ? OptionalInt.empty() : OptionalInt.of(port);
    }

    /// Empty when nothing is traced.
    public Optional<TracingSettings> tracing() {
        return TracingSettings.of(document.values());
    }

    /// The handler of pods that name none.
    public String defaultRuntime() {
        return document.values().get(RuntimeKeys.DEFAULT_RUNTIME);
    }

    /// Where the store is.
    public StorageConfig storage() {
        var values = document.values();
        var root = Path.of(values.get(RootKeys.ROOT));
        var imageStore = values.get(RootKeys.IMAGESTORE);
        return new StorageConfig(
                root,
                Path.of(values.get(RootKeys.RUNROOT)),
                imageStore.isEmpty() ? root : Path.of(imageStore),
                additionalImageStores);
    }

    /// How one run learns of the end of the run before.
    public LifeSettings life() {
        return LifeSettings.of(document.values());
    }

    /// Which files decide about images.
    public TrustConfig trust() {
        var values = document.values();
        var defaults = TrustConfig.defaults();
        var policy = values.get(ImageKeys.SIGNATURE_POLICY);
        return new TrustConfig(
                policy.isEmpty() ? defaults.policies() : List.of(Path.of(policy)),
                Path.of(values.get(ImageKeys.SIGNATURE_POLICY_DIR)).normalize(),
                defaults.registries());
    }

    /// The folder of private keys for encrypted layers.
    public Path decryptionKeys() {
        return Path.of(document.values().get(RuntimeKeys.DECRYPTION_KEYS_PATH)).normalize();
    }

    /// How the daemon logs.
    public LogSettings log() {
        return LogSettings.of(document.values());
    }

    Values values() {
        return document.values();
    }

    /// Those that are configured, by their names; the built-in ones are not among them.
    SequencedMap<String, Values> handlers() {
        return document.handlers();
    }

    SequencedMap<String, Values> workloads() {
        return document.workloads();
    }

    /// This one with what a running daemon can take up of the next.
    public TakenUp takeUp(Configuration next) {
        var taken = new Document(new Values(), next.handlers(), workloads());
        taken.values().override(values());
        var now = new ArrayList<String>();
        var later = new ArrayList<String>();
        for (var table : Tables.ALL) {
            for (var key : table.keys()) {
                var isSame = values().get(key).equals(next.values().get(key));
                if (key.isTakenUp()) {
                    taken.values().take(key, next.values());
                }
                if (!isSame && key.standing().equals(Standing.BUILT)) {
                    (key.isTakenUp() ? now : later).add(key.path());
                }
            }
        }
        if (!sameNamed(handlers(), next.handlers())) {
            now.add(HandlerKeys.TABLE.name());
        }
        return new TakenUp(new Configuration(taken, additionalImageStores), now, later);
    }

    /// @param now keys that were taken up
    /// @param later keys that have changed as well, but need a restart
    public record TakenUp(Configuration configuration, List<String> now, List<String> later) {
        public TakenUp {
            now = List.copyOf(now);
            later = List.copyOf(later);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Configuration that
                && sameValues(values(), that.values())
                && sameNamed(handlers(), that.handlers())
                && sameNamed(workloads(), that.workloads());
    }

    private static boolean sameNamed(Map<String, Values> these, Map<String, Values> those) {
        return these.keySet().equals(those.keySet())
                && these.entrySet().stream()
                        .allMatch(e -> sameValues(e.getValue(), those.getOrDefault(e.getKey(), new Values())));
    }

    private static boolean sameValues(Values these, Values those) {
        return Tables.ALL.stream()
                .flatMap(table -> table.keys().stream())
                .allMatch(key -> these.get(key).equals(those.get(key)));
    }

    @Override
    public int hashCode() {
        return Objects.hash(handlers().keySet(), workloads().keySet());
    }
}
