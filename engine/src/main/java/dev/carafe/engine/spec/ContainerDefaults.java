package dev.carafe.engine.spec;

import java.util.List;
import java.util.Map;

/// What every container gets that does not ask for something else; the names are those of CRI-O's keys.
///
/// @param capabilities `default_capabilities`, each with `CAP_` before it or not
/// @param addInheritableCapabilities also in the inheritable set
/// @param environment `default_env`, entries `NAME=value`, weaker than the image's
/// @param sysctls `default_sysctls`; those that are not of a pod's namespaces are skipped with a warning
/// @param ulimits `default_ulimits`, entries `name=soft:hard`; a limit that is not named is the daemon's own
/// @param pidsLimit how many processes a container may hold; 0 and less mean no limit
/// @param readOnly every root file system is read-only, with a tmpfs on /run, /tmp and /var/tmp
/// @param seccompProfile the file of RuntimeDefault; empty means the built-in profile
/// @param privilegedSeccompProfile the file for privileged containers; empty means none
/// @param apparmorProfile the profile of RuntimeDefault
/// @param additionalDevices devices for every container, entries `host[:container[:permissions]]`
/// @param deviceOwnershipFromSecurityContext devices belong to the container's user and group
/// @param absentMountSourcesToReject host paths that are not made when a mount names them and they are missing
/// @param logSizeMaxBytes where a log is cut; less than 0 means never
/// @param additions what is added to them beside
public record ContainerDefaults(
        List<String> capabilities,
        boolean addInheritableCapabilities,
        List<String> environment,
        Map<String, String> sysctls,
        List<String> ulimits,
        long pidsLimit,
        boolean readOnly,
        String seccompProfile,
        String privilegedSeccompProfile,
        String apparmorProfile,
        List<String> additionalDevices,
        boolean deviceOwnershipFromSecurityContext,
        List<String> absentMountSourcesToReject,
        ImageVolumes imageVolumes,
        long logSizeMaxBytes,
        ContainerAdditions additions) {
    private static final long MINIMUM_LOG_SIZE_BYTES = 8192;

    /// @throws IllegalArgumentException names the key whose value is wrong
    public ContainerDefaults {
        capabilities = List.copyOf(capabilities);
        environment = List.copyOf(environment);
        sysctls = Map.copyOf(sysctls);
        ulimits = List.copyOf(ulimits);
        additionalDevices = List.copyOf(additionalDevices);
        absentMountSourcesToReject = List.copyOf(absentMountSourcesToReject);
        for (var capability : capabilities) {
            if (!CapabilityNames.isKnown(CapabilityNames.full(capability))) {
                throw new IllegalArgumentException("default_capabilities: there is no capability " + capability);
            }
        }
        for (var entry : environment) {
            if (entry.indexOf('=') < 1) {
                throw new IllegalArgumentException("default_env: not NAME=value: " + entry);
            }
        }
        ulimits.forEach(Ulimit::parse);
        additionalDevices.forEach(DeviceRequest::parse);
        if (logSizeMaxBytes >= 0 && logSizeMaxBytes < MINIMUM_LOG_SIZE_BYTES) {
            throw new IllegalArgumentException("log_size_max: at least " + MINIMUM_LOG_SIZE_BYTES + ", or -1");
        }
    }

    /// CRI-O's values where its configuration file says nothing.
    public static ContainerDefaults crio(Map<String, HandlerRules> handlers) {
        var capabilities = List.of(
                "CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "SETGID", "SETUID", "SETPCAP", "NET_BIND_SERVICE", "KILL");
        return new ContainerDefaults(
                capabilities,
                false,
                List.of(),
                Map.of(),
                List.of(),
                -1,
                false,
                "",
                "",
                "crio-default",
                List.of(),
                false,
                List.of(),
                ImageVolumes.MKDIR,
                -1,
                ContainerAdditions.crio(handlers));
    }
}
