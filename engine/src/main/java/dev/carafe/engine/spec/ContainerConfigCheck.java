package dev.carafe.engine.spec;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.LinuxContainerSecurityContext;
import dev.carafe.cri.v1.Mount;
import dev.carafe.cri.v1.MountPropagation;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.Signal;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.Unsupported;
import dev.carafe.engine.edit.CdiDevices;
import java.util.List;

/// Refuses a container's configuration that can't be kept, before anything is made; every message begins with the
/// field.
public final class ContainerConfigCheck {
    private static final int MAXIMUM_MOUNTS = 4096;
    private static final int MAXIMUM_DEVICES = 1024;

    /// Kubernetes' names are a quarter of it; it becomes an argument of the monitor.
    private static final int MAXIMUM_NAME = 1024;

    private ContainerConfigCheck() {}

    /// @throws Invalid when the configuration contradicts itself or the pod's
    /// @throws Unsupported when it asks for what is not done yet, or for what this host does not have
    public static void refuseUnsupported(ContainerConfig container, PodSandboxConfig pod, HostFacts host) {
        if (container.hasWindows()) {
            throw new Unsupported("windows: this host runs Linux");
        }
        checkName(container.getMetadata().getName());
        CdiDevices.check(container);
        if (container.getStopSignal() == Signal.UNRECOGNIZED) {
            throw new Invalid("stop_signal: a signal that the CRI does not have");
        }
        if (container.getMountsCount() > MAXIMUM_MOUNTS || container.getDevicesCount() > MAXIMUM_DEVICES) {
            throw new Invalid("mounts or devices: more than " + MAXIMUM_MOUNTS + " or " + MAXIMUM_DEVICES);
        }
        checkLogPath(container.getLogPath());
        container.getMountsList().forEach(mount -> checkMount(mount, pod));
        container.getDevicesList().forEach(DeviceRequest::of);
        checkSecurity(container.getLinux().getSecurityContext(), pod, host);
    }

    /// @throws Invalid for a memory limit with which the handler's runtime could start nothing
    public static void refuseLittleMemory(ContainerConfig container, HandlerRules rules) {
        MemoryLimits.requireAtLeast(
                rules.minimumMemoryBytes(), container.getLinux().getResources());
    }

    private static void checkName(String name) {
        if (name.length() > MAXIMUM_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new Invalid("metadata.name: has control characters, or more than " + MAXIMUM_NAME);
        }
    }

    private static void checkLogPath(String logPath) {
        if (List.of(logPath.split("/")).contains("..")) {
            throw new Invalid("log_path: must stay in the pod's log folder: " + logPath);
        }
        AbsolutePath.inRoot(logPath, "log_path");
    }

    /// Whether the runtime must know recursive read-only mounts.
    public static boolean needsRecursiveReadOnly(ContainerConfig container) {
        return container.getMountsList().stream().anyMatch(HostMounts::isRecursivelyReadOnly);
    }

    private static void checkMount(Mount mount, PodSandboxConfig pod) {
        var path = AbsolutePath.of(mount.getContainerPath(), "mounts.container_path");
        var where = "mounts " + path + ": ";
        if (path.normalize().getNameCount() == 0) {
            throw new Invalid(where + "container_path must be below /");
        }
        if (mount.hasImage()) {
            checkImage(mount, where);
        } else {
            AbsolutePath.of(mount.getHostPath(), where + "host_path");
            if (!mount.getImageSubPath().isEmpty()) {
                throw new Invalid(where + "image_sub_path: only with an image");
            }
        }
        UserIds.checkMount(mount, pod, where);
        MountOptions.check(mount.getMountOptionsList(), where);
        if (mount.getPropagation() == MountPropagation.UNRECOGNIZED) {
            throw new Invalid(where + "propagation: a mode that the CRI does not have");
        }
        if (UserIds.areMapped(mount) && mount.getPropagation() == MountPropagation.PROPAGATION_BIDIRECTIONAL) {
            throw new Unsupported(where + "propagation: PROPAGATION_BIDIRECTIONAL with other owners than the host's");
        }
        if (mount.getRecursiveReadOnly() && !mount.hasImage()) {
            checkRecursiveReadOnly(mount, where);
        }
    }

    /// An image is mounted for reading only, and nothing is mounted below it.
    private static void checkImage(Mount mount, String where) {
        if (mount.getImage().getImage().isEmpty()) {
            throw new Invalid(where + "image: empty");
        }
        if (!mount.getHostPath().isEmpty()) {
            throw new Invalid(where + "host_path: not together with an image");
        }
        if (!mount.getReadonly()) {
            throw new Invalid(where + "readonly: an image can only be mounted so");
        }
        if (mount.getPropagation() != MountPropagation.PROPAGATION_PRIVATE) {
            throw new Invalid(where + "propagation: only PROPAGATION_PRIVATE with an image");
        }
        for (var option : List.of("suid", "dev")) {
            if (mount.getMountOptionsList().contains(option)) {
                throw new Invalid(where + "mount_options: an image is mounted without " + option);
            }
        }
        var subPath = mount.getImageSubPath();
        AbsolutePath.inRoot(subPath, where + "image_sub_path");
        if (subPath.startsWith("/") || List.of(subPath.split("/")).contains("..")) {
            throw new Invalid(where + "image_sub_path: must be relative and without ..: " + subPath);
        }
    }

    private static void checkRecursiveReadOnly(Mount mount, String where) {
        if (!mount.getReadonly()) {
            throw new Invalid(where + "recursive_read_only: only with readonly");
        }
        if (mount.getPropagation() != MountPropagation.PROPAGATION_PRIVATE) {
            throw new Invalid(where + "recursive_read_only: only with PROPAGATION_PRIVATE");
        }
    }

    private static void checkSecurity(LinuxContainerSecurityContext security, PodSandboxConfig pod, HostFacts host) {
        var field = "linux.security_context.";
        NamespaceOptions.check(security, pod);
        SelinuxOptions.check(security.getSelinuxOptions(), host);
        if (security.getPrivileged() && !pod.getLinux().getSecurityContext().getPrivileged()) {
            throw new Invalid(field + "privileged: the pod is not privileged");
        }
        if (security.hasRunAsUser() && !security.getRunAsUsername().isEmpty()) {
            throw new Invalid(field + "run_as_user and run_as_username: only one of them");
        }
        if (security.hasRunAsGroup()
                && !security.hasRunAsUser()
                && security.getRunAsUsername().isEmpty()) {
            throw new Invalid(field + "run_as_group: only with run_as_user or run_as_username");
        }
    }
}
