package dev.carafe.engine.spec;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.SELinuxOption;
import dev.carafe.engine.Unsupported;
import dev.carafe.linux.SelinuxLabel;
import java.io.IOException;
import java.nio.file.Path;

/// The labels of pods and their containers: the policy's for containers, with the pod's level and with what a request
/// changes of them. All of a pod has the pod's level, so that its containers share its volumes and others don't.
/// Without meaning where SELinux is off, by the host or by the configuration. Safe for all threads.
public final class SelinuxLabels {
    private static final System.Logger LOG = System.getLogger(SelinuxLabels.class.getName());
    private static final Path ROOT = Path.of("/");

    /// The type of processes that nothing confines, and that may so use files of any label.
    private static final String SUPER_PRIVILEGED = "spc_t";

    private final SelinuxSettings settings;
    private final SelinuxContexts contexts;
    private final boolean on;

    SelinuxLabels(SelinuxSettings settings, boolean host, SelinuxContexts contexts) {
        this.settings = settings;
        this.contexts = contexts;
        this.on = settings.on() && host;
    }

    /// @throws IOException when the policy's files can't be understood
    public static SelinuxLabels of(SelinuxSettings settings, HostFacts host) throws IOException {
        var isOn = settings.on() && host.selinux();
        var labels =
                new SelinuxLabels(settings, host.selinux(), isOn ? SelinuxContexts.find(ROOT) : SelinuxContexts.NONE);
        if (isOn && !labels.areGiven()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "SELinux is on, but its policy has no labels for containers: they get none, and pods that ask for"
                            + " one are refused; install the policy of containers (container-selinux)");
        }
        return labels;
    }

    private boolean areGiven() {
        return on && !contexts.isNone();
    }

    /// Whether each pod needs a level of its own.
    public boolean haveLevels() {
        return areGiven() && contexts.haveLevels();
    }

    /// The level that a pod asks for; empty: none.
    ///
    /// @throws Unsupported when it asks for any label, and this host has none for containers
    public String level(PodSandboxConfig pod) {
        var options = pod.getLinux().getSecurityContext().getSelinuxOptions();
        requireKept(options);
        return areGiven() ? options.getLevel() : "";
    }

    private void requireKept(SELinuxOption options) {
        if (on && contexts.isNone() && !options.equals(SELinuxOption.getDefaultInstance())) {
            throw new Unsupported(SelinuxOptions.FIELD + ": this host's policy has no labels for containers");
        }
    }

    /// Of the files that all containers of the pod share.
    ///
    /// @param level the pod's
    public SelinuxLabel mount(String level, PodSandboxConfig pod) {
        return mount(level, pod.getLinux().getSecurityContext().getSelinuxOptions());
    }

    private SelinuxLabel mount(String level, SELinuxOption options) {
        return isLabelled(level)
                ? contexts.file().with(options.getUser(), "", "").withLevel(level)
                : SelinuxLabel.NONE;
    }

    /// A pod from before labels were on has no level, and goes on without them.
    private boolean isLabelled(String level) {
        return areGiven() && (!level.isEmpty() || !contexts.haveLevels());
    }

    /// @param podLevel the pod's
    /// @throws Unsupported when it asks for any label, and this host has none for containers
    public ContainerLabels of(String podLevel, PodSandboxConfig pod, ContainerConfig container) {
        var security = container.getLinux().getSecurityContext();
        var options = security.hasSelinuxOptions()
                ? security.getSelinuxOptions()
                : pod.getLinux().getSecurityContext().getSelinuxOptions();
        requireKept(options);
        if (!isLabelled(podLevel)) {
            return ContainerLabels.NONE;
        }
        var level = options.getLevel().isEmpty() ? podLevel : options.getLevel();
        var sharesHost = NamespaceOptions.hasHostIpc(pod) || NamespaceOptions.pid(security, pod) == NamespaceMode.NODE;
        var isConfined = !security.getPrivileged() && !sharesHost && !isFreeByNetwork(pod);
        var process = contexts.process()
                .with(options.getUser(), options.getRole(), options.getType())
                .withLevel(level);
        return new ContainerLabels(
                isConfined ? process : SelinuxLabel.NONE,
                isConfined ? init(process, options) : SelinuxLabel.NONE,
                mount(level, options),
                !sharesHost && !options.getType().equals(SUPER_PRIVILEGED));
    }

    /// Of a container that is a virtual machine for the others of its pod: the policy's type for those, whatever
    /// type was asked for.
    public ContainerLabels ofMachine(ContainerLabels container) {
        var process = container.process();
        var machine = process.isNone()
                ? process
                : process.with("", "", contexts.machine().type());
        return new ContainerLabels(machine, machine, container.mount(), container.relabels());
    }

    /// A type that was asked for is as it is, whatever runs.
    private SelinuxLabel init(SelinuxLabel process, SELinuxOption options) {
        return options.getType().isEmpty()
                ? process.with("", "", contexts.init().type())
                : process;
    }

    private boolean isFreeByNetwork(PodSandboxConfig pod) {
        return settings.offInHostNetwork() && NamespaceOptions.hasHostNetwork(pod);
    }
}
