package dev.carafe.engine.spec;

import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.PortMapping;
import dev.carafe.cri.v1.Protocol;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.Unsupported;
import dev.carafe.runtime.CgroupManager;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// Refuses a pod's configuration that can't be kept, before anything is made; every message begins with the field.
public final class PodConfigCheck {
    private static final String CGROUP_PARENT = "linux.cgroup_parent";
    /// The length is the kernel's (gethostname(2)).
    private static final Pattern HOSTNAME = Pattern.compile("[A-Za-z0-9._-]{0,64}");
    private static final int MAXIMUM_PORT = 65535;

    private PodConfigCheck() {}

    /// @throws Invalid when the configuration contradicts itself
    /// @throws Unsupported when it asks for what is not done yet, or for what this host does not have
    public static void refuseUnsupported(PodSandboxConfig pod, HostFacts host) {
        if (pod.hasWindows()) {
            throw new Unsupported("windows: this host runs Linux");
        }
        if (!pod.getLogDirectory().isEmpty()) {
            AbsolutePath.of(pod.getLogDirectory(), "log_directory");
        }
        checkHostname(pod.getHostname());
        pod.getPortMappingsList().forEach(PodConfigCheck::checkPort);
        var security = pod.getLinux().getSecurityContext();
        NamespaceOptions.check(security);
        SelinuxOptions.check(security.getSelinuxOptions(), host);
        if (security.hasRunAsGroup() && !security.hasRunAsUser()) {
            throw new Invalid("linux.security_context.run_as_group: only with run_as_user");
        }
    }

    /// It becomes a line of files that the pod reads, and a part of a variable.
    private static void checkHostname(String hostname) {
        if (!HOSTNAME.matcher(hostname).matches()) {
            throw new Invalid("hostname: not of letters, digits, -, _ and ., at most 64 of them");
        }
    }

    /// @throws Invalid when the parent is not one of this manager's
    public static void refuseCgroupParent(String parent, CgroupManager manager) {
        var path = AbsolutePath.inRoot(parent, CGROUP_PARENT);
        if (!path.equals(Path.of("/", parent)) || parent.indexOf(':') >= 0) {
            throw new Invalid(CGROUP_PARENT + ": must not hold ., .. or a colon: " + parent);
        }
        var isSlice = parent.endsWith(".slice");
        switch (manager) {
            case CGROUPFS -> {
                if (isSlice) {
                    throw new Invalid(
                            CGROUP_PARENT + ": " + parent + " is a slice of systemd, but cgroup_manager is cgroupfs");
                }
            }
            case SYSTEMD -> {
                if (!parent.isEmpty() && !isSlice) {
                    throw new Invalid(
                            CGROUP_PARENT + ": cgroup_manager is systemd, and " + parent + " does not end with .slice");
                }
            }
        }
    }

    private static void checkPort(PortMapping port) {
        if (port.getProtocol() == Protocol.UNRECOGNIZED) {
            throw new Invalid("port_mappings.protocol: not TCP, UDP or SCTP");
        }
        if (port.getContainerPort() < 0 || port.getContainerPort() > MAXIMUM_PORT) {
            throw new Invalid("port_mappings.container_port: " + port.getContainerPort());
        }
        if (port.getHostPort() < 0 || port.getHostPort() > MAXIMUM_PORT) {
            throw new Invalid("port_mappings.host_port: " + port.getHostPort());
        }
    }
}
