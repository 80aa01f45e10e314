package dev.carafe.engine.spec;

import com.google.protobuf.ByteString;
import dev.carafe.cri.v1.Capability;
import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.ContainerMetadata;
import dev.carafe.cri.v1.HugepageLimit;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.Int64Value;
import dev.carafe.cri.v1.KeyValue;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.cri.v1.LinuxContainerSecurityContext;
import dev.carafe.cri.v1.Mount;
import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.PodSandboxMetadata;
import dev.carafe.cri.v1.SecurityProfile;
import dev.carafe.linux.NamespaceKind;
import dev.carafe.oci.ImageConfig;
import dev.carafe.runtime.CgroupManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A request like the kubelet's in a folder of the test's own, for the test to change.
final class Given {
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    final Path folder;
    String containerId = "container1";
    final Path rootfs;
    final Path ownFolder;
    final TestDefaults defaults = new TestDefaults();
    final TestHostFacts host = new TestHostFacts();
    final Warnings warnings = new Warnings();
    final ContainerConfig.Builder container = ContainerConfig.newBuilder()
            .setMetadata(ContainerMetadata.newBuilder().setName("web"))
            .setImage(ImageSpec.newBuilder().setImage("sha256:1234").setUserSpecifiedImage("example.org/web:1"))
            .setLogPath("web/0.log");
    final PodSandboxConfig.Builder pod = PodSandboxConfig.newBuilder()
            .setMetadata(PodSandboxMetadata.newBuilder()
                    .setName("shop")
                    .setNamespace("default")
                    .setUid("11-22"))
            .setHostname("shop")
            .setLogDirectory("/var/log/pods/default_shop_11-22");
    final Map<NamespaceKind, Path> namespaces = new EnumMap<>(NamespaceKind.class);
    final Image image = new Image();
    SelinuxContexts contexts = SelinuxContexts.NONE;
    String level = "";
    String seccompProfile = "";
    String sharedCpus = "";
    String cgroupParent = "/kubepods/pod11-22";
    CgroupManager cgroupManager = CgroupManager.CGROUPFS;

    /// What an image says of its containers.
    static final class Image {
        String user = "";
        List<String> environment = List.of();
        List<String> entrypoint = List.of("/bin/web");
        List<String> command = List.of("--port", "80");
        String workingDirectory = "";
        Set<String> volumes = Set.of();
        String stopSignal = "";

        ImageConfig build() {
            return new ImageConfig(
                    "amd64",
                    "linux",
                    List.of(),
                    new ImageConfig.ContainerDefaults(
                            user, environment, entrypoint, command, workingDirectory, volumes, stopSignal, Map.of()));
        }
    }

    Given(Path folder) throws IOException {
        this.folder = folder;
        this.rootfs = Files.createDirectories(folder.resolve("rootfs"));
        this.ownFolder = Files.createDirectories(folder.resolve("own"));
        Files.createDirectories(rootfs.resolve("etc"));
        Files.writeString(rootfs.resolve("etc/passwd"), "root:x:0:0::/:/bin/sh\nweb:x:1000:1000::/:/bin/sh\n");
        Files.writeString(rootfs.resolve("etc/group"), "root:x:0:\nweb:x:1000:\nstaff:x:50:web\n");
        for (var file : List.of("resolv.conf", "hostname", "hosts")) {
            Files.writeString(folder.resolve(file), file + " of the pod\n");
        }
        Files.createDirectories(folder.resolve("shm"));
        for (var kind : List.of(NamespaceKind.NETWORK, NamespaceKind.IPC, NamespaceKind.UTS)) {
            namespaces.put(kind, folder.resolve(kind.procName()));
        }
        security().getNamespaceOptionsBuilder().setPid(NamespaceMode.CONTAINER);
    }

    LinuxContainerSecurityContext.Builder security() {
        return container.getLinuxBuilder().getSecurityContextBuilder();
    }

    LinuxContainerResources.Builder resources() {
        return container.getLinuxBuilder().getResourcesBuilder();
    }

    /// All that a kubelet of today sends for a small web server.
    Given asOfTheKubelet() throws IOException {
        var tokens = Files.createDirectories(folder.resolve("volumes/token"));
        var log = Files.writeString(folder.resolve("termination-log"), "");
        mount("/var/run/secrets/kubernetes.io/serviceaccount", tokens).setReadonly(true);
        mount("/etc/hosts", Files.writeString(folder.resolve("etc-hosts"), "127.0.0.1\tlocalhost\n"));
        mount("/dev/termination-log", log);
        environment("KUBERNETES_SERVICE_HOST", "10.96.0.1");
        container.putAnnotations("io.kubernetes.container.restartCount", "0");
        container.putLabels("io.kubernetes.container.name", "web");
        pod.putAnnotations("kubernetes.io/config.source", "api");
        resources()
                .setCpuPeriod(100_000)
                .setCpuQuota(50_000)
                .setCpuShares(256)
                .setMemoryLimitInBytes(128L << 20)
                .setOomScoreAdj(900)
                .addHugepageLimits(HugepageLimit.newBuilder().setPageSize("2MB"));
        security()
                .addAllMaskedPaths(List.of("/proc/acpi", "/proc/kcore", "/proc/timer_list", "/sys/firmware"))
                .addAllReadonlyPaths(List.of("/proc/bus", "/proc/sys", "/proc/sysrq-trigger"))
                .setRunAsUser(number(1000))
                .addSupplementalGroups(2000)
                .setNoNewPrivs(true)
                .setCapabilities(
                        Capability.newBuilder().addDropCapabilities("ALL").addAddCapabilities("NET_BIND_SERVICE"))
                .setSeccomp(SecurityProfile.newBuilder().setProfileType(SecurityProfile.ProfileType.RuntimeDefault));
        return this;
    }

    void useHostNamespaces() {
        namespaces.clear();
        pod.getLinuxBuilder()
                .getSecurityContextBuilder()
                .getNamespaceOptionsBuilder()
                .setNetwork(NamespaceMode.NODE)
                .setIpc(NamespaceMode.NODE);
    }

    void bePrivileged() {
        pod.getLinuxBuilder().getSecurityContextBuilder().setPrivileged(true);
        security().setPrivileged(true);
    }

    Mount.Builder mount(String containerPath, Path hostPath) {
        return container.addMountsBuilder().setContainerPath(containerPath).setHostPath(hostPath.toString());
    }

    void environment(String name, String value) {
        container.addEnvs(KeyValue.newBuilder().setKey(name).setValue(ByteString.copyFromUtf8(value)));
    }

    static Int64Value number(long value) {
        return Int64Value.newBuilder().setValue(value).build();
    }

    PodRuntime podRuntime() {
        return new PodRuntime(
                "pod1",
                namespaces,
                folder.resolve("shm"),
                folder.resolve("resolv.conf"),
                folder.resolve("hostname"),
                folder.resolve("hosts"),
                cgroupParent,
                cgroupManager);
    }

    SpecRequest request() {
        return new SpecRequest(
                containerId,
                container.build(),
                pod.build(),
                podRuntime(),
                image.build(),
                rootfs,
                ownFolder,
                folder.resolve("seccomp"),
                seccompProfile,
                sharedCpus,
                defaults.build().additions().of("", pod.getAnnotationsMap()),
                labels().of(level, pod.build(), container.build()));
    }

    SelinuxLabels labels() {
        return new SelinuxLabels(defaults.selinux, host.selinux, contexts);
    }

    BuiltSpec build() throws IOException {
        return build(host.build());
    }

    /// As CreateContainer does it.
    BuiltSpec build(HostFacts facts) throws IOException {
        ContainerConfigCheck.refuseUnsupported(container.build(), pod.build(), facts);
        return new SpecBuilder(defaults.build(), facts, Clock.fixed(NOW, ZoneOffset.UTC)).build(request());
    }
}
