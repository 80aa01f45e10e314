package dev.carafe.engine.spec;

import dev.carafe.engine.Invalid;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The mounts that ask for a container's label (`selinux_relabel`), and what was made for the container alone. What
/// the whole host lives by is refused: its programs would lose the right to read it.
final class Relabels {
    private static final List<String> HOSTS_OWN =
            List.of("/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/sbin", "/sys", "/usr");
    private static final Set<String> TOPS = Set.of(
            "/", "/home", "/media", "/mnt", "/opt", "/root", "/run", "/srv", "/tmp", "/var", "/var/lib", "/var/log");

    private Relabels() {}

    /// @param mounts of the spec that was built
    /// @throws Invalid when one would take in the host's own files
    static List<Relabel> of(SpecRequest request, List<RuntimeSpec.Mount> mounts) throws IOException {
        var label = request.labels().mount();
        if (label.isNone()) {
            return List.of();
        }
        var asking = request.container().getMountsList().stream()
                .filter(mount -> request.labels().relabels() && mount.getSelinuxRelabel() && !mount.hasImage())
                .map(HostMounts::destination)
                .collect(Collectors.toSet());
        var whole = PodAnnotation.TRY_SKIP_RELABEL.of(request).stream().noneMatch("true"::equals);
        var relabels = new ArrayList<Relabel>();
        for (var mount : mounts) {
            if (!"bind".equals(mount.type()) || mount.source() == null) {
                continue;
            }
            var source = Path.of(mount.source());
            if (source.startsWith(request.ownFolder())) {
                relabels.add(new Relabel(source.toRealPath(), label, true));
            } else if (asking.contains(mount.destination())) {
                relabels.add(new Relabel(checked(source, mount.destination()), label, whole));
            }
        }
        return relabels;
    }

    private static Path checked(Path path, String destination) {
        if (TOPS.contains(path.toString()) || HOSTS_OWN.stream().anyMatch(path::startsWith)) {
            throw new Invalid("mounts " + destination + ": selinux_relabel: " + path + " is the host's own");
        }
        return path;
    }
}
