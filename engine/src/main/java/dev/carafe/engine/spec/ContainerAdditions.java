package dev.carafe.engine.spec;

import dev.carafe.engine.rdt.RdtFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What the node adds to containers beside [ContainerDefaults]; the names are those of CRI-O's keys.
///
/// @param hooksDirectories `hooks_dir`, a later one is stronger
/// @param cdiDirectories `cdi_spec_dirs`, a later one is stronger
/// @param timezone the name of a time zone, `Local`, or empty: the image's
/// @param allowedDevices `allowed_devices`: paths that an annotation may ask for
/// @param handlers what each handler adds, by its name
/// @param workloads of pods that an annotation chooses
/// @param leastGomaxprocs `min_injected_gomaxprocs`; 0: no container is given GOMAXPROCS
/// @param selinux see there
/// @param blockIoClasses `blockio_config_file`; empty: there are none
/// @param rdt what `rdt_config_file` has; empty: none is configured
public record ContainerAdditions(
        List<Path> hooksDirectories,
        List<Path> cdiDirectories,
        String timezone,
        List<String> allowedDevices,
        Map<String, HandlerRules> handlers,
        NodeMounts mounts,
        List<Workload> workloads,
        long leastGomaxprocs,
        SelinuxSettings selinux,
        String blockIoClasses,
        Optional<RdtFile> rdt) {
    public ContainerAdditions {
        hooksDirectories = List.copyOf(hooksDirectories);
        cdiDirectories = List.copyOf(cdiDirectories);
        allowedDevices = List.copyOf(allowedDevices);
        handlers = Map.copyOf(handlers);
        workloads = List.copyOf(workloads);
    }

    /// CRI-O's values where its configuration file says nothing.
    public static ContainerAdditions crio(Map<String, HandlerRules> handlers) {
        return new ContainerAdditions(
                List.of(Path.of("/usr/share/containers/oci/hooks.d")),
                List.of(Path.of("/etc/cdi"), Path.of("/var/run/cdi")),
                "",
                List.of("/dev/fuse", "/dev/net/tun"),
                handlers,
                NodeMounts.USUAL,
                List.of(),
                0,
                SelinuxSettings.CRIO,
                "",
                Optional.empty());
    }

    /// Whether some handler or workload allows an annotation.
    boolean allow(String annotation) {
        return Stream.concat(
                        handlers.values().stream(),
                        workloads.stream().map(workload -> HandlerRules.NONE.allowing(workload.allowedAnnotations())))
                .anyMatch(rules -> rules.allows(annotation));
    }

    /// Of a handler that has left the configuration nothing is known.
    public HandlerRules of(String handler) {
        return handlers.getOrDefault(handler, HandlerRules.NONE);
    }

    /// With what the pod's workload allows beside.
    HandlerRules of(String handler, Map<String, String> podAnnotations) {
        var rules = of(handler);
        return Workload.of(workloads, podAnnotations)
                .map(workload -> rules.allowing(workload.allowedAnnotations()))
                .orElse(rules);
    }
}
