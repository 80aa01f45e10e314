package dev.carafe.daemon.config;

import dev.carafe.engine.EngineConfig;
import dev.carafe.engine.ImageSettings;
import dev.carafe.engine.MetricGroup;
import dev.carafe.engine.RuntimeSettings;
import dev.carafe.engine.SandboxSettings;
import dev.carafe.engine.StatsSettings;
import dev.carafe.engine.performance.PerformanceSettings;
import dev.carafe.engine.rdt.RdtFile;
import dev.carafe.engine.spec.BlockIoClasses;
import dev.carafe.engine.spec.ContainerAdditions;
import dev.carafe.engine.spec.ContainerDefaults;
import dev.carafe.engine.spec.HandlerRules;
import dev.carafe.engine.spec.IdFloor;
import dev.carafe.engine.spec.ImageVolumes;
import dev.carafe.engine.spec.NodeMounts;
import dev.carafe.engine.spec.SelinuxSettings;
import dev.carafe.engine.spec.Workload;
import dev.carafe.network.NetworkConfig;
import dev.carafe.nri.NriConfig;
import dev.carafe.nri.ValidatorRules;
import dev.carafe.runtime.CgroupManager;
import dev.carafe.runtime.RuntimeDirectories;
import dev.carafe.storage.StorageConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Fills in the modules' records. What the host decides is asked here; mistakes are collected and thrown
/// together.
final class ComposeEngineConfig {
    /// libcni's own, so that its tools find the results.
    private static final Path CNI_CACHE = Path.of("/var/lib/cni");

    /// What is ours beside the storage module's folders, in root and in runroot.
    private static final String OURS = "carafe";

    private final Configuration configuration;
    private final Values values;
    private final Host host;
    private final Findings findings = new Findings();

    ComposeEngineConfig(Configuration configuration, Host host) {
        this.configuration = configuration;
        this.values = configuration.values();
        this.host = host;
    }

    EngineSettings run() throws ConfigurationException {
        var found = new Handlers(configuration, host, cgroupManager(), findings);
        var handlers = found.resolve();
        var containers = containers(found.rules(handlers));
        var plugins = pluginDirectories();
        var registry = new ComposeRegistryConfig(values, host, findings).run();
        var nri = nri();
        findings.throwIfWrong();
        var storage = configuration.storage();
        var runtime = new RuntimeSettings(
                handlers,
                values.get(RuntimeKeys.DEFAULT_RUNTIME),
                directories(storage),
                path(RuntimeKeys.NAMESPACES_DIR),
                path(RootKeys.LOG_DIR),
                killTimeout(),
                new IdFloor(values.get(RuntimeKeys.MINIMUM_MAPPABLE_UID), values.get(RuntimeKeys.MINIMUM_MAPPABLE_GID)),
                performance(),
                configuration.decryptionKeys());
        var config = new EngineConfig(
                storage,
                registry,
                configuration.trust(),
                network(storage, plugins),
                runtime,
                containers,
                images(),
                sandboxes(),
                stats(),
                nri);
        return new EngineSettings(config, findings.warnings());
    }

    private PerformanceSettings performance() {
        var shared = values.get(RuntimeKeys.SHARED_CPUSET);
        try {
            return performance(shared);
        } catch (IllegalArgumentException e) {
            refused(String.valueOf(e.getMessage()));
            return performance("");
        }
    }

    private PerformanceSettings performance(String shared) {
        var restore = RuntimeKeys.IRQBALANCE_CONFIG_RESTORE_FILE;
        return new PerformanceSettings(
                optionalPath(RuntimeKeys.IRQBALANCE_CONFIG_FILE),
                values.get(restore).equals("disable") ? Optional.empty() : optionalPath(restore),
                shared,
                host.programFolders());
    }

    private Path path(Key<String> key) {
        return Path.of(values.get(key)).normalize();
    }

    private Optional<Path> optionalPath(Key<String> key) {
        return values.get(key).isEmpty() ? Optional.empty() : Optional.of(path(key));
    }

    /// Who asks for systemd and has none is told so. Who says nothing gets what works: the kubelet asks for the
    /// manager (RuntimeConfig), and on such a host its own can't be systemd either.
    private CgroupManager cgroupManager() {
        var key = RuntimeKeys.CGROUP_MANAGER;
        if (values.get(key).equals(RuntimeKeys.CGROUPFS)) {
            return CgroupManager.CGROUPFS;
        }
        if (host.hasSystemd()) {
            return CgroupManager.SYSTEMD;
        }
        var text = key.path() + " is \"" + RuntimeKeys.SYSTEMD + "\", but no systemd runs on this host; ";
        if (values.isSet(key)) {
            findings.wrong(values.origin(key), text + "set it to \"" + RuntimeKeys.CGROUPFS + "\"");
        } else {
            findings.warn(values.origin(key), text + "\"" + RuntimeKeys.CGROUPFS + "\" is used");
        }
        return CgroupManager.CGROUPFS;
    }

    private ContainerDefaults containers(Map<String, HandlerRules> handlers) {
        try {
            return new ContainerDefaults(
                    values.get(RuntimeKeys.DEFAULT_CAPABILITIES),
                    values.get(RuntimeKeys.ADD_INHERITABLE_CAPABILITIES),
                    values.get(RuntimeKeys.DEFAULT_ENV),
                    sysctls(),
                    values.get(RuntimeKeys.DEFAULT_ULIMITS),
                    values.get(RuntimeKeys.PIDS_LIMIT),
                    values.get(RuntimeKeys.READ_ONLY),
                    seccompProfile(),
                    privilegedSeccompProfile(),
                    values.get(RuntimeKeys.APPARMOR_PROFILE),
                    values.get(RuntimeKeys.ADDITIONAL_DEVICES),
                    values.get(RuntimeKeys.DEVICE_OWNERSHIP_FROM_SECURITY_CONTEXT),
                    values.get(RuntimeKeys.ABSENT_MOUNT_SOURCES_TO_REJECT),
                    imageVolumes(),
                    values.get(RuntimeKeys.LOG_SIZE_MAX),
                    additions(handlers));
        } catch (IllegalArgumentException e) {
            refused(String.valueOf(e.getMessage()));
            return ContainerDefaults.crio(handlers);
        }
    }

    private ContainerAdditions additions(Map<String, HandlerRules> handlers) {
        return new ContainerAdditions(
                paths(RuntimeKeys.HOOKS_DIR),
                paths(RuntimeKeys.CDI_SPEC_DIRS),
                values.get(RuntimeKeys.TIMEZONE),
                values.get(RuntimeKeys.ALLOWED_DEVICES),
                handlers,
                mounts(),
                workloads(),
                values.get(RuntimeKeys.MIN_INJECTED_GOMAXPROCS),
                selinux(),
                blockIoClasses(),
                read(RuntimeKeys.RDT_CONFIG_FILE, RdtFile::read));
    }

    /// It is read again when a container names a class.
    private String blockIoClasses() {
        var _ = read(RuntimeKeys.BLOCKIO_CONFIG_FILE, BlockIoClasses::read);
        return values.get(RuntimeKeys.BLOCKIO_CONFIG_FILE);
    }

    private interface FileReader<T> {
        T read(Path file) throws IOException;
    }

    /// A file that can't be understood is told now, not when a container needs it.
    private <T> Optional<T> read(Key<String> key, FileReader<T> reader) {
        try {
            return values.get(key).isEmpty() ? Optional.empty() : Optional.of(reader.read(Path.of(values.get(key))));
        } catch (IOException e) {
            findings.wrong(values.origin(key), key.path() + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    /// Who says nothing gets what the host has.
    private SelinuxSettings selinux() {
        return new SelinuxSettings(
                !values.isSet(RuntimeKeys.SELINUX) || values.get(RuntimeKeys.SELINUX),
                values.get(RuntimeKeys.HOSTNETWORK_DISABLE_SELINUX));
    }

    private NodeMounts mounts() {
        var file = values.get(RuntimeKeys.DEFAULT_MOUNTS_FILE);
        return new NodeMounts(
                file.isEmpty() ? NodeMounts.USUAL.files() : List.of(Path.of(file)),
                path(RuntimeKeys.BIND_MOUNT_PREFIX));
    }

    /// [Checks] has refused those that nothing chooses.
    private List<Workload> workloads() {
        return configuration.workloads().values().stream()
                .map(own -> new Workload(
                        own.get(WorkloadKeys.ACTIVATION_ANNOTATION),
                        own.get(WorkloadKeys.ANNOTATION_PREFIX),
                        own.get(WorkloadKeys.ALLOWED_ANNOTATIONS),
                        new Workload.Resources(
                                own.get(WorkloadKeys.CPUSHARES),
                                own.get(WorkloadKeys.CPUQUOTA),
                                own.get(WorkloadKeys.CPUPERIOD),
                                own.get(WorkloadKeys.CPUSET),
                                own.get(WorkloadKeys.CPULIMIT))))
                .toList();
    }

    private List<Path> paths(Key<List<String>> key) {
        return values.get(key).stream().map(text -> Path.of(text).normalize()).toList();
    }

    /// @param message begins with the key's name
    private void refused(String message) {
        var name = message.substring(0, Math.max(0, message.indexOf(':')));
        var origin =
                Tables.key(RuntimeKeys.TABLE.name(), name).map(values::origin).orElse(Origin.BUILT_IN);
        findings.wrong(origin, RuntimeKeys.TABLE.name() + "." + message);
    }

    private Map<String, String> sysctls() {
        var sysctls = new LinkedHashMap<String, String>();
        for (var sysctl : values.get(RuntimeKeys.DEFAULT_SYSCTLS)) {
            var equals = sysctl.indexOf('=');
            sysctls.put(
                    sysctl.substring(0, equals).strip(),
                    sysctl.substring(equals + 1).strip());
        }
        return sysctls;
    }

    /// As in CRI-O the built-in profile steps in for a missing file; it confines as well.
    private String seccompProfile() {
        var key = RuntimeKeys.SECCOMP_PROFILE;
        var file = values.get(key);
        if (file.isEmpty() || Files.exists(Path.of(file))) {
            return file;
        }
        findings.warn(
                values.origin(key),
                key.path() + ": there is no file " + Toml.shownName(file) + "; the built-in profile is used");
        return "";
    }

    private String privilegedSeccompProfile() {
        var key = RuntimeKeys.PRIVILEGED_SECCOMP_PROFILE;
        var file = values.get(key);
        if (!file.isEmpty() && !Files.exists(Path.of(file))) {
            findings.wrong(values.origin(key), key.path() + ": there is no file " + Toml.shownName(file));
        }
        return file;
    }

    private ImageVolumes imageVolumes() {
        return switch (values.get(ImageKeys.IMAGE_VOLUMES)) {
            case "ignore" -> ImageVolumes.IGNORE;
            case "bind" -> ImageVolumes.BIND;
            default -> ImageVolumes.MKDIR;
        };
    }

    /// With the deprecated key's as the last.
    private List<Path> pluginDirectories() {
        var key = NetworkKeys.PLUGIN_DIRS;
        var texts = new ArrayList<>(values.get(key));
        if (!values.get(NetworkKeys.PLUGIN_DIR).isEmpty()) {
            texts.add(values.get(NetworkKeys.PLUGIN_DIR));
        }
        if (texts.isEmpty()) {
            findings.wrong(values.origin(key), key.path() + " must name a folder");
        }
        for (var text : texts) {
            if (text.contains(":")) { // CNI_PATH separates folders by colons
                findings.wrong(
                        values.origin(key), key.path() + " must be without colons, not " + Toml.shownValue(text));
            }
        }
        return texts.stream().map(text -> Path.of(text).normalize()).toList();
    }

    private RuntimeDirectories directories(StorageConfig storage) {
        return new RuntimeDirectories(
                path(RuntimeKeys.CONTAINER_EXITS_DIR),
                path(RuntimeKeys.CONTAINER_ATTACH_SOCKET_DIR),
                storage.runRoot().resolve(OURS).resolve("monitors"));
    }

    /// [Checks] has warned of a shorter one.
    private Duration killTimeout() {
        var key = RuntimeKeys.CTR_STOP_TIMEOUT;
        return Duration.ofSeconds(Math.max(values.get(key), key.standard()));
    }

    private NetworkConfig network(StorageConfig storage, List<Path> plugins) {
        return new NetworkConfig(
                path(NetworkKeys.NETWORK_DIR),
                plugins,
                CNI_CACHE,
                storage.root().resolve(OURS),
                new NetworkConfig.Choices(
                        values.get(NetworkKeys.CNI_DEFAULT_NETWORK),
                        !values.get(RuntimeKeys.DISABLE_HOSTPORT_MAPPING),
                        values.get(NetworkKeys.CNI_STATUS_GRACE_PERIOD),
                        optionalPath(NetworkKeys.CNI_CONF_TEMPLATE)),
                NetworkConfig.Limits.USUAL);
    }

    private NriConfig nri() {
        return new NriConfig(
                values.get(NriKeys.ENABLE_NRI),
                path(NriKeys.NRI_LISTEN),
                !values.get(NriKeys.NRI_DISABLE_CONNECTIONS),
                path(NriKeys.NRI_PLUGIN_DIR),
                path(NriKeys.NRI_PLUGIN_CONFIG_DIR),
                nriTimeout(NriKeys.NRI_PLUGIN_REGISTRATION_TIMEOUT),
                nriTimeout(NriKeys.NRI_PLUGIN_REQUEST_TIMEOUT),
                validator());
    }

    /// Zero leaves it as it is, as with CRI-O.
    private Duration nriTimeout(Key<Duration> key) {
        var timeout = values.get(key);
        if (timeout.isNegative()) {
            findings.wrong(values.origin(key), key.path() + " must not be negative");
        }
        return timeout.isPositive() ? timeout : key.standard();
    }

    private ValidatorRules validator() {
        return new ValidatorRules(
                values.get(NriKeys.NRI_ENABLE_DEFAULT_VALIDATOR),
                values.get(NriKeys.NRI_VALIDATOR_REJECT_OCI_HOOK_ADJUSTMENT),
                values.get(NriKeys.NRI_VALIDATOR_REJECT_RUNTIME_DEFAULT_SECCOMP_ADJUSTMENT),
                values.get(NriKeys.NRI_VALIDATOR_REJECT_UNCONFINED_SECCOMP_ADJUSTMENT),
                values.get(NriKeys.NRI_VALIDATOR_REJECT_CUSTOM_SECCOMP_ADJUSTMENT),
                values.get(NriKeys.NRI_VALIDATOR_REJECT_NAMESPACE_ADJUSTMENT),
                values.get(NriKeys.NRI_VALIDATOR_REQUIRED_PLUGINS),
                values.get(NriKeys.NRI_VALIDATOR_TOLERATE_MISSING_PLUGINS_ANNOTATION));
    }

    private SandboxSettings sandboxes() {
        var command = values.get(ImageKeys.PAUSE_COMMAND).strip();
        return new SandboxSettings(
                values.get(ImageKeys.PAUSE_IMAGE),
                Path.of(values.get(ImageKeys.PAUSE_IMAGE_AUTH_FILE)),
                command.isEmpty() ? List.of() : List.of(command.split("\\s+")),
                !values.get(RuntimeKeys.DROP_INFRA_CTR),
                values.get(RuntimeKeys.INFRA_CTR_CPUSET));
    }

    /// The new key's period wins over the old one's.
    private StatsSettings stats() {
        var key = values.isSet(StatsKeys.COLLECTION_PERIOD)
                ? StatsKeys.COLLECTION_PERIOD
                : StatsKeys.STATS_COLLECTION_PERIOD;
        return new StatsSettings(
                Duration.ofSeconds(values.get(key)),
                values.get(RuntimeKeys.ENABLE_POD_EVENTS),
                MetricGroup.of(values.get(StatsKeys.INCLUDED_POD_METRICS)));
    }

    private ImageSettings images() {
        var pinned = new ArrayList<>(values.get(ImageKeys.PINNED_IMAGES));
        pinned.add(values.get(ImageKeys.PAUSE_IMAGE));
        return new ImageSettings(pinned);
    }
}
