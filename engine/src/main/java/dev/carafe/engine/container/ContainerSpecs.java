package dev.carafe.engine.container;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.cri.v1.Mount;
import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.engine.nri.Nri;
import dev.carafe.engine.nri.Specs;
import dev.carafe.engine.performance.CpuTuning;
import dev.carafe.engine.performance.CpuWishes;
import dev.carafe.engine.spec.BuiltSpec;
import dev.carafe.engine.spec.ContainerConfigCheck;
import dev.carafe.engine.spec.ContainerDefaults;
import dev.carafe.engine.spec.ContainerLabels;
import dev.carafe.engine.spec.HandlerRules;
import dev.carafe.engine.spec.HostFacts;
import dev.carafe.engine.spec.PodRuntime;
import dev.carafe.engine.spec.ResourceUpdate;
import dev.carafe.engine.spec.SelinuxLabels;
import dev.carafe.engine.spec.ShmSize;
import dev.carafe.engine.spec.SpecBuilder;
import dev.carafe.engine.spec.SpecRequest;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.Folders;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.linux.NamespaceKind;
import dev.carafe.linux.SelinuxLabel;
import dev.carafe.oci.ImageConfig;
import dev.carafe.oci.RuntimeSpec;
import dev.carafe.runtime.Bundle;
import dev.carafe.runtime.CgroupManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The OCI runtime spec of a container in its pod: built at its creation, read from its bundle later.
public final class ContainerSpecs implements Specs {
    /// More containers than a node usually has, each with a few kilobytes.
    private static final int REMEMBERED = 256;

    private volatile SpecBuilder builder;
    private final HostFacts host;
    private final Folders folders;
    private final LinkedLogs linkedLogs;
    private final CpuTuning tuning;
    private final CgroupManager cgroupManager;
    private final SelinuxLabels labels;
    private final long logSizeMaxBytes;
    private final LatelyUsed<ContainerId, RuntimeSpec.Process> firstProcesses = new LatelyUsed<>(REMEMBERED);

    public ContainerSpecs(
            ContainerDefaults defaults,
            HostFacts host,
            Folders folders,
            CgroupManager cgroupManager,
            SelinuxLabels labels,
            CpuTuning tuning) {
        this.builder = new SpecBuilder(defaults, host);
        this.host = host;
        this.folders = folders;
        this.linkedLogs = new LinkedLogs(folders);
        this.cgroupManager = cgroupManager;
        this.labels = labels;
        this.tuning = tuning;
        this.logSizeMaxBytes = defaults.logSizeMaxBytes();
    }

    /// For containers that are created from now on.
    public void use(ContainerDefaults defaults) {
        builder = new SpecBuilder(defaults, host);
    }

    long logSizeMaxBytes() {
        return logSizeMaxBytes;
    }

    /// Before anything is made.
    void check(PodRecord pod, ContainerConfig config) {
        ContainerConfigCheck.refuseUnsupported(config, pod.config(), host);
        ContainerConfigCheck.refuseLittleMemory(config, rules(pod));
        var _ = labels(pod, config);
    }

    /// What the pod's handler has it held to.
    public HandlerRules rules(PodRecord pod) {
        return builder.rules(pod.handler(), pod.config());
    }

    /// What the container asks of the node for its processors.
    CpuWishes wishes(PodRecord pod, ContainerConfig container, LinuxContainerResources resources) {
        return CpuWishes.of(pod, container.getMetadata().getName(), resources, rules(pod), tuning.settings());
    }

    /// How a container's limits change in place.
    ResourceUpdate update(PodRecord pod, ContainerRecord container, LinuxContainerResources asked) {
        var making = container.making();
        return withShared(pod, container, builder.update(making.resources(), asked, builder.rules(making.handler())));
    }

    ResourceUpdate back(
            PodRecord pod, ContainerRecord container, ResourceUpdate failed, LinuxContainerResources before) {
        return withShared(pod, container, builder.back(failed, before));
    }

    private ResourceUpdate withShared(PodRecord pod, ContainerRecord container, ResourceUpdate update) {
        return update.on(wishes(pod, container.config(), update.resources()).cpusWithShared());
    }

    /// Whether some pod may have the annotation heeded.
    boolean isAllowedAnywhere(String annotation) {
        return builder.isAllowedAnywhere(annotation);
    }

    /// What it was built from says from now on what it is.
    void rewrite(ContainerId id, RuntimeSpec.Resources limits) throws IOException {
        Bundle.write(folders.bundle(id), of(id).with(limits));
    }

    /// How large the pod's /dev/shm may get.
    ///
    /// @throws dev.carafe.engine.Invalid when the pod asks for what is no size
    public long shmBytes(PodRecord pod) {
        return ShmSize.of(pod.config(), rules(pod));
    }

    /// Of the files that all containers of the pod share.
    public SelinuxLabel mountLabel(PodRecord pod) {
        return labels.mount(pod.place().level(), pod.config());
    }

    /// @throws dev.carafe.engine.Unsupported when the host can't label it
    ContainerLabels labels(PodRecord pod, ContainerConfig container) {
        return labels.of(pod.place().level(), pod.config(), container);
    }

    /// A virtual machine runs as its pod's own process.
    private ContainerLabels labels(PodRecord pod, ContainerRecord container) {
        var labels = labels(pod, container.config());
        var isMachine = hasOwnKernels(pod.handler())
                && container.id().value().equals(pod.id().value());
        return isMachine ? this.labels.ofMachine(labels) : labels;
    }

    /// Whether each pod of the handler has a kernel of its own, which its own process brings.
    boolean hasOwnKernels(String handler) {
        return builder.rules(handler).ownKernels();
    }

    /// What plugins make of one that is built.
    Nri.Made adjust(Nri nri, PodRecord pod, ContainerRecord container, BuiltSpec built)
            throws IOException, InterruptedException {
        return nri.create(pod, container, built, rules(pod), builder);
    }

    BuiltSpec build(PodRecord pod, ContainerRecord container, Surroundings surroundings) throws IOException {
        var wishes = wishes(pod, container.config(), container.making().resources());
        return builder.build(new SpecRequest(
                container.id().value(),
                config(pod, container, surroundings, wishes),
                pod.config().toBuilder()
                        .setLogDirectory(new ContainerLogs(folders).folder(pod).toString())
                        .build(),
                podRuntime(pod, surroundings.namespaces),
                surroundings.image,
                surroundings.root.mounted(),
                surroundings.root.own(),
                folders.seccompSocket(container.id()),
                surroundings.seccompProfile,
                wishes.sharedCpus(),
                rules(pod),
                labels(pod, container)));
    }

    private ContainerConfig config(
            PodRecord pod, ContainerRecord container, Surroundings surroundings, CpuWishes wishes) throws IOException {
        var config = container.config().toBuilder()
                .clearMounts()
                .addAllMounts(linkedLogs.guarded(pod.id(), surroundings.mounts))
                .addAllEnvs(tuning.variables(wishes));
        if (!wishes.cpusWithShared().isEmpty()) {
            config.getLinuxBuilder().getResourcesBuilder().setCpusetCpus(wishes.cpusWithShared());
        }
        return config.build();
    }

    /// What a container finds that is made for it before its spec is.
    ///
    /// @param mounts of its configuration, where images have their places on the host
    /// @param namespaces that it joins in place of the pod's or beside them
    /// @param seccompProfile of a registry; empty: none
    record Surroundings(
            ImageConfig image,
            Root root,
            List<Mount> mounts,
            Map<NamespaceKind, Path> namespaces,
            String seccompProfile) {
        Surroundings {
            mounts = List.copyOf(mounts);
            namespaces = Map.copyOf(namespaces);
        }
    }

    /// Where the container's files are.
    ///
    /// @param mounted its root file system
    /// @param own a folder outside of it, which goes with the container
    record Root(Path mounted, Path own) {}

    @Override
    public RuntimeSpec of(ContainerId id) throws IOException {
        return Bundle.read(folders.bundle(id));
    }

    RuntimeSpec.Process exec(ContainerId id, List<String> command, boolean terminal) throws IOException {
        return builder.execProcess(firstProcess(id), command, terminal);
    }

    /// Probes run often in the same containers, and a whole spec takes longer to read than a command to start.
    private RuntimeSpec.Process firstProcess(ContainerId id) throws IOException {
        var known = firstProcesses.get(id);
        if (known.isPresent()) {
            return known.get();
        }
        var read = of(id).process();
        firstProcesses.put(id, read);
        return read;
    }

    private PodRuntime podRuntime(PodRecord pod, Map<NamespaceKind, Path> others) {
        var folder = folders.pod(pod.id());
        var namespaces = new EnumMap<NamespaceKind, Path>(NamespaceKind.class);
        namespaces.putAll(pod.place().namespaces());
        namespaces.putAll(others);
        return new PodRuntime(
                pod.id().value(),
                namespaces,
                usesHostIpc(pod) ? Path.of("/dev/shm") : folder.resolve(PodFile.SHM),
                folder.resolve(PodFile.RESOLV_CONF),
                folder.resolve(PodFile.HOSTNAME),
                folder.resolve(PodFile.HOSTS),
                pod.place().cgroup(),
                cgroupManager);
    }

    private static boolean usesHostIpc(PodRecord pod) {
        return pod.config()
                        .getLinux()
                        .getSecurityContext()
                        .getNamespaceOptions()
                        .getIpc()
                == NamespaceMode.NODE;
    }

    /// The names of the files in a pod's folder.
    public static final class PodFile {
        public static final String SHM = "shm";
        public static final String RESOLV_CONF = "resolv.conf";
        public static final String HOSTNAME = "hostname";
        public static final String HOSTS = "hosts";
        static final String LINKED_LOGS = "linked-logs";

        private PodFile() {}
    }
}
