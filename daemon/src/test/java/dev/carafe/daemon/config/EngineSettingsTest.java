package dev.carafe.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.carafe.daemon.logging.LogFormat;
import dev.carafe.daemon.logging.Severity;
import dev.carafe.engine.MetricGroup;
import dev.carafe.engine.SandboxSettings;
import dev.carafe.engine.StatsSettings;
import dev.carafe.engine.performance.PerformanceSettings;
import dev.carafe.engine.rdt.RdtFile;
import dev.carafe.engine.spec.ContainerAdditions;
import dev.carafe.engine.spec.ContainerDefaults;
import dev.carafe.engine.spec.HandlerRules;
import dev.carafe.engine.spec.IdFloor;
import dev.carafe.engine.spec.ImageVolumes;
import dev.carafe.engine.spec.NodeMounts;
import dev.carafe.engine.spec.SelinuxSettings;
import dev.carafe.engine.spec.Workload;
import dev.carafe.network.NetworkConfig;
import dev.carafe.registry.Proxies;
import dev.carafe.registry.RegistryConfig;
import dev.carafe.registry.conf.RegistriesConf;
import dev.carafe.runtime.CgroupManager;
import dev.carafe.runtime.RuntimeDirectories;
import dev.carafe.storage.StorageConfig;
import dev.carafe.trust.TrustConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineSettingsTest {
    @TempDir
    private Path temporary;

    private ConfigurationFolder folder;
    private Host withSystemd;
    private Host withoutSystemd;

    @BeforeEach
    void setUp() throws IOException {
        folder = new ConfigurationFolder(temporary);
        var programs = Files.createDirectory(temporary.resolve("bin"));
        for (var name : List.of("crun", "runc", "conmon")) {
            Files.setPosixFilePermissions(
                    Files.writeString(programs.resolve(name), ""), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        withSystemd = new Host(List.of(programs), true, Map.of());
        withoutSystemd = new Host(List.of(programs), false, Map.of());
    }

    private EngineSettings settings(Host host, String... flags) throws IOException {
        return EngineSettings.of(folder.load(flags).configuration(), host);
    }

    private List<String> errors(Host host, String... flags) {
        var thrown = assertThrows(ConfigurationException.class, () -> settings(host, flags));
        return thrown.getMessage()
                .lines()
                .map(line -> line.replace(temporary + "/", ""))
                .toList();
    }

    private List<String> warnings(Host host) throws IOException {
        return settings(host).warnings().stream()
                .map(line -> line.replace(temporary + "/", ""))
                .toList();
    }

    @Test
    void withoutConfigurationItIsWhatCrioDoes() throws IOException {
        var settings = settings(withSystemd);
        assertEquals(List.of(), settings.warnings());
        var config = settings.config();
        assertEquals(
                new StorageConfig(Path.of("/var/lib/containers/storage"), Path.of("/run/containers/storage")),
                config.storage());
        var registry = config.registry();
        assertEquals(RegistryConfig.defaults().timeouts(), registry.timeouts());
        assertEquals(RegistryConfig.Trust.system(), registry.trust());
        assertEquals(Proxies.none(), registry.proxies());
        assertEquals(RegistriesConf.empty(), registry.registries().read().conf());
        assertFalse(registry.registries().autoReload());
        assertEquals(
                List.of(Path.of("/run/containers/0/auth.json")),
                registry.credentials().files());
        assertEquals(Path.of("/etc/crio/auth"), registry.credentials().namespaceFolder());
        assertEquals(NetworkConfig.crio(Path.of("/var/lib/containers/storage/carafe")), config.network());
        assertEquals(
                ContainerDefaults.crio(Map.of("crun", rules(500 << 10), "runc", rules(12 << 20))), config.containers());
        assertEquals(List.of("registry.k8s.io/pause:3.10.1"), config.images().pinnedImages());
        assertEquals(
                new SandboxSettings("registry.k8s.io/pause:3.10.1", Path.of(""), List.of("/pause"), false, ""),
                config.sandboxes());
        var runtime = config.runtime();
        assertEquals("crun", runtime.defaultHandler());
        assertEquals(CgroupManager.SYSTEMD, runtime.cgroupManager());
        assertEquals(
                new RuntimeDirectories(
                        Path.of("/var/run/crio/exits"),
                        Path.of("/var/run/crio"),
                        Path.of("/run/containers/storage/carafe/monitors")),
                runtime.directories());
        assertEquals(Path.of("/var/run"), runtime.namespacesDirectory());
        assertEquals(Path.of("/var/log/crio/pods"), runtime.logDirectory());
        assertEquals(Duration.ofSeconds(30), runtime.killTimeout());
    }

    private static HandlerRules rules(long minimumMemoryBytes) {
        return new HandlerRules(minimumMemoryBytes, List.of(), Map.of(), false, "", false, false);
    }

    @Test
    void whatIsConfiguredReachesTheModules() throws IOException {
        var profile = Files.writeString(temporary.resolve("seccomp.json"), "{}");
        var classes = Files.writeString(temporary.resolve("classes.yaml"), "Classes: {}");
        var rdt = Files.writeString(temporary.resolve("rdt.yaml"), "partitions: {a: {classes: {gold: }}}");
        folder.main("""
                [crio]
                root = "/r/"
                runroot = "/rr"
                log_dir = "/l"
                [crio.api]
                listen = "/s/../s/carafe.sock"
                grpc_max_send_msg_size = 1000
                grpc_max_recv_msg_size = 0
                [crio.runtime]
                default_runtime = "runc"
                cgroup_manager = "cgroupfs"
                default_capabilities = ["NET_RAW"]
                add_inheritable_capabilities = true
                default_env = ["A=1"]
                default_sysctls = ["net.ipv4.ip_forward = 1", "kernel.shm_rmid_forced=0"]
                default_ulimits = ["nofile=1:2"]
                pids_limit = 7
                min_injected_gomaxprocs = 4
                selinux = false
                hostnetwork_disable_selinux = false
                blockio_config_file = "%2$s"
                rdt_config_file = "%3$s"
                irqbalance_config_file = "/q/irq"
                shared_cpuset = "0-1"
                irqbalance_config_restore_file = "disable"
                minimum_mappable_uid = 1000
                minimum_mappable_gid = 2000
                read_only = true
                seccomp_profile = "%1$s"
                privileged_seccomp_profile = "%1$s"
                apparmor_profile = "mine"
                additional_devices = ["/dev/fuse:rw"]
                device_ownership_from_security_context = true
                absent_mount_sources_to_reject = ["/x"]
                log_size_max = 8192
                log_level = "warn"
                log_filter = "^x"
                container_exits_dir = "/e"
                container_attach_socket_dir = "/a"
                namespaces_dir = "/n"
                ctr_stop_timeout = 60
                drop_infra_ctr = false
                infra_ctr_cpuset = "0-1"
                hooks_dir = ["/hooks/"]
                cdi_spec_dirs = ["/cdi/a", "/cdi/b"]
                timezone = "Europe/Berlin"
                default_mounts_file = "/m/mounts.conf"
                bind_mount_prefix = "/host/"
                allowed_devices = ["/dev/kvm"]
                disable_hostport_mapping = true
                [crio.runtime.runtimes.runc]
                container_min_memory = "1.5MiB"
                allowed_annotations = ["io.kubernetes.cri-o."]
                default_annotations = { a = "b" }
                privileged_without_host_devices = true
                seccomp_profile = "/seccomp.json"
                exec_cpu_affinity = "first"
                [crio.runtime.workloads.management]
                activation_annotation = "management"
                annotation_prefix = "resources"
                allowed_annotations = ["umask.crio.io"]
                [crio.runtime.workloads.management.resources]
                cpushares = 7
                cpuset = "0"
                [crio.image]
                image_volumes = "ignore"
                pinned_images = ["a/*"]
                pause_image = "example.com/pause"
                pause_image_auth_file = "/auth.json"
                pause_command = " /bin/pause  -q "
                pull_progress_timeout = "5s"
                [crio.network]
                network_dir = "/net.d"
                plugin_dirs = ["/p1", "/p2/"]
                plugin_dir = "/p3"
                cni_default_network = "n"
                cni_conf_template = "/template"
                cni_status_grace_period = "7s"
                """.formatted(profile, classes, rdt));
        var config = settings(withoutSystemd, "--log-format=json").config();
        assertEquals(new StorageConfig(Path.of("/r"), Path.of("/rr")), config.storage());
        assertEquals(Duration.ofSeconds(5), config.registry().timeouts().stall());
        assertEquals(
                new NetworkConfig(
                        Path.of("/net.d"),
                        List.of(Path.of("/p1"), Path.of("/p2"), Path.of("/p3")),
                        Path.of("/var/lib/cni"),
                        Path.of("/r/carafe"),
                        new NetworkConfig.Choices("n", false, Duration.ofSeconds(7), Optional.of(Path.of("/template"))),
                        NetworkConfig.Limits.USUAL),
                config.network());
        assertEquals(
                new ContainerDefaults(
                        List.of("NET_RAW"),
                        true,
                        List.of("A=1"),
                        Map.of("net.ipv4.ip_forward", "1", "kernel.shm_rmid_forced", "0"),
                        List.of("nofile=1:2"),
                        7,
                        true,
                        profile.toString(),
                        profile.toString(),
                        "mine",
                        List.of("/dev/fuse:rw"),
                        true,
                        List.of("/x"),
                        ImageVolumes.IGNORE,
                        8192,
                        new ContainerAdditions(
                                List.of(Path.of("/hooks")),
                                List.of(Path.of("/cdi/a"), Path.of("/cdi/b")),
                                "Europe/Berlin",
                                List.of("/dev/kvm"),
                                Map.of(
                                        "runc",
                                        new HandlerRules(
                                                3 << 19,
                                                List.of("io.kubernetes.cri-o."),
                                                Map.of("a", "b"),
                                                true,
                                                "/seccomp.json",
                                                true,
                                                false)),
                                new NodeMounts(List.of(Path.of("/m/mounts.conf")), Path.of("/host")),
                                List.of(new Workload(
                                        "management",
                                        "resources",
                                        List.of("umask.crio.io"),
                                        new Workload.Resources(7L, 0L, 0L, "0", 0L))),
                                4,
                                new SelinuxSettings(false, false),
                                classes.toString(),
                                Optional.of(RdtFile.read(rdt)))),
                config.containers());
        assertEquals(List.of("a/*", "example.com/pause"), config.images().pinnedImages());
        assertEquals(
                new SandboxSettings(
                        "example.com/pause", Path.of("/auth.json"), List.of("/bin/pause", "-q"), true, "0-1"),
                config.sandboxes());
        assertEquals("runc", config.runtime().defaultHandler());
        assertEquals(CgroupManager.CGROUPFS, config.runtime().cgroupManager());
        assertEquals(
                new RuntimeDirectories(Path.of("/e"), Path.of("/a"), Path.of("/rr/carafe/monitors")),
                config.runtime().directories());
        assertEquals(Path.of("/n"), config.runtime().namespacesDirectory());
        assertEquals(Path.of("/l"), config.runtime().logDirectory());
        assertEquals(Duration.ofMinutes(1), config.runtime().killTimeout());
        assertEquals(new IdFloor(1000, 2000), config.runtime().idFloor());
        assertEquals(
                new PerformanceSettings(
                        Optional.of(Path.of("/q/irq")), Optional.empty(), "0-1", withSystemd.programFolders()),
                config.runtime().performance());

        var configuration = folder.load("--log-format=json").configuration();
        assertEquals(new ApiSettings(Path.of("/s/carafe.sock"), 1000, 80 << 20), configuration.api());
        assertEquals(new LogSettings(Severity.WARNING, LogFormat.JSON, "^x", Optional.empty()), configuration.log());
    }

    @Test
    void whereNoSystemdRunsAndNothingIsSaidCgroupfsIsUsed() throws IOException {
        var settings = settings(withoutSystemd);
        assertEquals(CgroupManager.CGROUPFS, settings.config().runtime().cgroupManager());
        assertEquals(
                List.of(
                        "built-in default: crio.runtime.cgroup_manager is \"systemd\", but no systemd runs on this host;"
                                + " \"cgroupfs\" is used"),
                settings.warnings());
        assertEquals(
                List.of(), settings(withoutSystemd, "--cgroup-manager=cgroupfs").warnings());
    }

    @Test
    void whoAsksForSystemdWhereItDoesNotRunIsToldSo() throws IOException {
        folder.main("[crio.runtime]\ncgroup_manager = \"systemd\"\n");
        assertEquals(
                List.of("crio.conf:2: crio.runtime.cgroup_manager is \"systemd\", but no systemd runs on this host; set"
                        + " it to \"cgroupfs\""),
                errors(withoutSystemd));
        assertEquals(
                CgroupManager.SYSTEMD, settings(withSystemd).config().runtime().cgroupManager());
    }

    @Test
    void whatOnlyTheEngineCanJudgeIsTraceableToItsLine() throws IOException {
        folder.main("[crio.runtime]\ndefault_capabilities = [\"FLY\"]\n");
        assertEquals(
                List.of("crio.conf:2: crio.runtime.default_capabilities: there is no capability FLY"),
                errors(withSystemd));
        folder.main("[crio.runtime]\n\ndefault_ulimits = [\"flights=1\"]\n");
        assertEquals(
                List.of("crio.conf:3: crio.runtime.default_ulimits: flights=1: there is no such limit"),
                errors(withSystemd));
    }

    @Test
    void aMissingSeccompProfileIsReplacedByTheBuiltInOneAsInCrio() throws IOException {
        folder.main("[crio.runtime]\nseccomp_profile = \"/nowhere\"\n");
        assertEquals("", settings(withSystemd).config().containers().seccompProfile());
        assertEquals(
                List.of("crio.conf:2: crio.runtime.seccomp_profile: there is no file /nowhere; the built-in profile is"
                        + " used"),
                warnings(withSystemd));
    }

    @Test
    void aMissingSeccompProfileForPrivilegedContainersIsAnError() throws IOException {
        folder.main("[crio.runtime]\nprivileged_seccomp_profile = \"/nowhere\"\n");
        assertEquals(
                List.of("crio.conf:2: crio.runtime.privileged_seccomp_profile: there is no file /nowhere"),
                errors(withSystemd));
    }

    @Test
    void aFileOfBlockClassesThatCannotBeUnderstoodIsAnError() throws IOException {
        var classes = Files.writeString(temporary.resolve("classes.yaml"), "Classes: {a: [{Wieght: 10}]}");
        folder.main("[crio.runtime]\nblockio_config_file = \"" + classes + "\"\n");
        assertEquals(
                List.of(
                        "crio.conf:2: crio.runtime.blockio_config_file: file of block I/O classes classes.yaml: class a:"
                                + " unknown key wieght"),
                errors(withSystemd));
    }

    @Test
    void aFileOfRdtClassesThatCannotBeUnderstoodIsAnError() throws IOException {
        var classes = Files.writeString(temporary.resolve("rdt.yaml"), "partitions: {a: {l3allocation: {0: 5}}}");
        folder.main("[crio.runtime]\nrdt_config_file = \"" + classes + "\"\n");
        assertEquals(
                List.of("crio.conf:2: crio.runtime.rdt_config_file: file of RDT classes rdt.yaml: partition a:"
                        + " l3Allocation.0 is not a mapping"),
                errors(withSystemd));
    }

    @Test
    void volumesOfImagesMayBeBound() throws IOException {
        folder.main("[crio.image]\nimage_volumes = \"bind\"\n");
        assertEquals(
                ImageVolumes.BIND, settings(withSystemd).config().containers().imageVolumes());
        assertEquals(List.of(), warnings(withSystemd));
    }

    @Test
    void theNewPeriodOfSamplesWinsOverTheOldOne() throws IOException {
        assertEquals(
                new StatsSettings(Duration.ZERO, false, Set.of()),
                settings(withSystemd).config().stats());
        folder.main("[crio.runtime]\nenable_pod_events = true\n[crio.stats]\nstats_collection_period = 10\n");
        assertEquals(
                new StatsSettings(Duration.ofSeconds(10), true, Set.of()),
                settings(withSystemd).config().stats());
        folder.main("[crio.stats]\nstats_collection_period = 10\ncollection_period = 20\n");
        assertEquals(
                new StatsSettings(Duration.ofSeconds(20), false, Set.of()),
                settings(withSystemd).config().stats());
    }

    @Test
    void theChosenMetricsReachTheEngine() throws IOException {
        folder.main("[crio.stats]\nincluded_pod_metrics = [\"cpu\", \"diskIO\"]\n");
        assertEquals(
                Set.of(MetricGroup.CPU, MetricGroup.DISK_IO),
                settings(withSystemd).config().stats().metrics());
    }

    @Test
    void theSystemsPolicyForSignaturesCountsUnlessOneIsNamed() throws IOException {
        assertEquals(TrustConfig.defaults(), settings(withSystemd).config().trust());
        var named = settings(
                        withSystemd, "--signature-policy", "/my/policy.json", "--signature-policy-dir", "/my/policies")
                .config()
                .trust();
        assertEquals(List.of(Path.of("/my/policy.json")), named.policies());
        assertEquals(Path.of("/my/policies"), named.namespacePolicies());
        assertEquals(TrustConfig.defaults().registries(), named.registries());
    }

    @Test
    void pluginsNeedAFolderWithoutColons() throws IOException {
        folder.main("[crio.network]\nplugin_dirs = []\n");
        assertEquals(List.of("crio.conf:2: crio.network.plugin_dirs must name a folder"), errors(withSystemd));
        folder.main("[crio.network]\nplugin_dirs = [\"/a:/b\"]\n");
        assertEquals(
                List.of("crio.conf:2: crio.network.plugin_dirs must be without colons, not \"/a:/b\""),
                errors(withSystemd));
    }

    @Test
    void allMistakesAreToldAtOnce() throws IOException {
        folder.main("""
                [crio.runtime]
                cgroup_manager = "systemd"
                default_capabilities = ["FLY"]
                [crio.network]
                plugin_dirs = []
                """);
        assertEquals(3, errors(withoutSystemd).size());
    }
}
