package dev.carafe.engine.spec;

import dev.carafe.cri.v1.CDIDevice;
import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.engine.edit.CdiDevices;
import dev.carafe.engine.edit.OciHooks;
import dev.carafe.linux.SelinuxLabel;
import dev.carafe.linux.Signals;
import dev.carafe.oci.IntelRdt;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes a container's OCI runtime spec. Safe for all threads. Besides the spec it makes, in the container's root
/// file system, the working directory and the folders of the image's volumes, and on the host the missing sources
/// of mounts; all of this again does no harm.
public final class SpecBuilder {
    /// What the oldest runtimes in use know; what we write stays within it.
    private static final String OCI_VERSION = "1.0.2";

    private final ContainerDefaults defaults;
    private final HostFacts host;
    private final Clock clock;
    private final Warnings warnings = new Warnings();
    private final FirstProcess firstProcess;
    private final MountList mountList;
    private final ResourceLimits resourceLimits;
    private final Seccomp seccomp;
    private final Rdt rdt;
    private final CdiDevices cdi;
    private final OciHooks hooks;

    public SpecBuilder(ContainerDefaults defaults, HostFacts host) {
        this(defaults, host, Clock.systemUTC());
    }

    SpecBuilder(ContainerDefaults defaults, HostFacts host, Clock clock) {
        this.defaults = defaults;
        this.host = host;
        this.clock = clock;
        this.firstProcess = new FirstProcess(defaults, host, warnings);
        this.mountList = new MountList(defaults, host, warnings);
        this.resourceLimits = new ResourceLimits(defaults, host, warnings);
        this.seccomp = new Seccomp(defaults, host);
        this.rdt = new Rdt(defaults, host);
        this.cdi = new CdiDevices(defaults.additions().cdiDirectories());
        this.hooks = new OciHooks(defaults.additions().hooksDirectories());
    }

    /// For a request that [ContainerConfigCheck] let through.
    ///
    /// @throws dev.carafe.engine.Invalid when the request can't be kept by anybody
    /// @throws dev.carafe.engine.Unsupported when it asks for what is not done yet
    public BuiltSpec build(SpecRequest request) throws IOException {
        var user = ProcessUser.of(request);
        var ids = UserIds.of(request.pod());
        user.requireAmong(ids);
        var capabilities = CapabilitySets.of(request, defaults, host, warnings);
        var limits = AnnotatedLimits.of(request, defaults.additions().workloads());
        var process = firstProcess.of(request, user, capabilities, limits.getCpusetCpus());
        var linux = linux(request, limits, capabilities.effective());
        var stopSignal = StopSignal.of(request, warnings);
        var root = new RuntimeSpec.Root(request.rootfs().toString(), isReadOnly(request));
        var volumes = ImageVolumeFolders.of(request, defaults);
        // Nothing is made before all that can be refused has been, but for mounts, which refuse by what they find.
        var mounts = Timezone.of(
                defaults.additions().timezone(),
                request,
                CgroupMount.of(request, host, mountList.of(request, volumes, root.readonly())));
        var folders = new RootFolders(request.rootfs(), ids);
        folders.make(Path.of(process.cwd()), WorkingDirectory.FIELD);
        volumes.make(request, folders);
        var annotations = Annotations.of(request, clock.instant(), Signals.name(stopSignal));
        var spec = new RuntimeSpec(OCI_VERSION, process, root, null, mounts, null, annotations, linux);
        var edited = hooks.addTo(
                cdi.addTo(spec, request.container()), request.container().getMountsCount() > 0);
        return new BuiltSpec(
                edited,
                user.forStatus(),
                request.container().getMountsList(),
                stopSignal,
                Relabels.of(request, mounts));
    }

    /// Kernel parameters and the host name are the pod's, set in its namespaces before any container is made.
    private RuntimeSpec.Linux linux(SpecRequest request, LinuxContainerResources limits, Set<String> capabilities)
            throws IOException {
        var devices = Devices.of(request, defaults);
        var hidden = HiddenPaths.of(request);
        var ids = UserIds.mappings(request.pod());
        return new RuntimeSpec.Linux(
                ids,
                ids,
                null,
                resourceLimits.of(request, limits, devices.rules()),
                CgroupsPath.of(request.podRuntime(), request.containerId()),
                NamespaceList.of(request, host),
                devices.nodes(),
                seccomp.of(request, capabilities).orElse(null),
                HostMounts.rootPropagation(request).orElse(null),
                hidden.masked(),
                hidden.readOnly(),
                text(request.labels().mount()),
                rdt.of(request).orElse(null),
                null,
                null);
    }

    static @Nullable String text(SelinuxLabel label) {
        return label.isNone() ? null : label.text();
    }

    private boolean isReadOnly(SpecRequest request) {
        return defaults.readOnly() || request.security().getReadonlyRootfs();
    }

    /// Whether some pod may have the annotation heeded.
    public boolean isAllowedAnywhere(String annotation) {
        return defaults.additions().allow(annotation);
    }

    /// What the handler holds its containers to.
    public HandlerRules rules(String handler) {
        return defaults.additions().of(handler);
    }

    /// What a pod of the handler has its containers held to.
    public HandlerRules rules(String handler, PodSandboxConfig pod) {
        return defaults.additions().of(handler, pod.getAnnotationsMap());
    }

    /// How a container's limits change in place.
    ///
    /// @param now the limits so far
    /// @throws dev.carafe.engine.Invalid as at a creation
    public ResourceUpdate update(LinuxContainerResources now, LinuxContainerResources asked, HandlerRules rules) {
        return ResourceUpdate.of(now, asked, resourceLimits, rules);
    }

    /// The way back from a change that failed, and may have been made in part.
    public ResourceUpdate back(ResourceUpdate failed, LinuxContainerResources before) {
        return ResourceUpdate.back(failed, before, resourceLimits);
    }

    /// Limits in the runtime's words, checked as at a creation.
    ///
    /// @throws dev.carafe.engine.Invalid as there
    public RuntimeSpec.Resources limits(LinuxContainerResources asked) {
        return resourceLimits.of(asked, List.of());
    }

    /// The limits of block devices of a class.
    public Optional<RuntimeSpec.BlockIo> blockIo(String name) throws IOException {
        return resourceLimits.blockIo(name);
    }

    /// The class of caches and memory bandwidth of that name.
    ///
    /// @throws dev.carafe.engine.Invalid when this node has none of that name
    public Optional<IntelRdt> rdt(String name) {
        return rdt.named(name);
    }

    /// With further CDI devices.
    public RuntimeSpec withDevices(RuntimeSpec spec, List<String> names) throws IOException {
        var request = ContainerConfig.newBuilder();
        names.forEach(name -> request.addCDIDevices(CDIDevice.newBuilder().setName(name)));
        return cdi.addTo(spec, request.build());
    }

    /// A further process of a container that was built here: as its first, but for its terminal.
    ///
    /// @param first the container's
    /// @throws dev.carafe.engine.Invalid when the command names no program
    public RuntimeSpec.Process execProcess(RuntimeSpec.Process first, List<String> command, boolean terminal) {
        return FirstProcess.joining(first, command, terminal);
    }
}
