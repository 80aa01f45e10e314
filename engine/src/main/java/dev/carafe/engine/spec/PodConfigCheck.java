package dev.carafe.engine.spec;

import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.PortMapping;
import dev.carafe.cri.v1.Protocol;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.Unsupported;
import dev.carafe.runtime.CgroupManager;

/// Refuses a pod's configuration that can't be kept, before anything is made; every message begins with the field.
public final class PodConfigCheck {
    private static final int MAXIMUM_HOSTNAME_LENGTH = 64;
    private static final int MAXIMUM_PORT = 65535;

    private PodConfigCheck() {}

    /// @throws Invalid when the configuration contradicts itself
    /// @throws Unsupported when it asks for what is not done yet, or for what this host does not have
    public static void refuseUnsupported(PodSandboxConfig pod, HostFacts host) {
        if (pod.hasWindows()) {
            throw new Unsupported("windows: this host runs Linux");
        }
        if (pod.getHostname().length() > MAXIMUM_HOSTNAME_LENGTH) {
            throw new Invalid("hostname: longer than the kernel's " + MAXIMUM_HOSTNAME_LENGTH + " characters");
        }
        pod.getPortMappingsList().forEach(PodConfigCheck::checkPort);
        var security = pod.getLinux().getSecurityContext();
        NamespaceOptions.check(security);
        SelinuxOptions.check(security.getSelinuxOptions(), host);
        if (security.hasRunAsGroup() && !security.hasRunAsUser()) {
            throw new Invalid("linux.security_context.run_as_group: only with run_as_user");
        }
    }

    /// @throws Invalid when the parent is not one of this manager's
    public static void refuseCgroupParent(String parent, CgroupManager manager) {
        var isSlice = parent.endsWith(".slice");
        if (parent.contains("..") || parent.indexOf('\0') >= 0) {
            throw new Invalid("linux.cgroup_parent: must not hold ..: " + parent);
        }
        switch (manager) {
            case CGROUPFS -> {
                if (isSlice) {
                    throw new Invalid("linux.cgroup_parent: " + parent
                            + " is a slice of systemd, but cgroup_manager is cgroupfs");
                }
            }
            case SYSTEMD -> {
                if (!parent.isEmpty() && !isSlice) {
                    throw new Invalid("linux.cgroup_parent: cgroup_manager is systemd, and " + parent
                            + " does not end with .slice");
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
