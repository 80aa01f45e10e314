package dev.carafe.engine.rdt;

import dev.carafe.linux.Mounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Where the kernel's resctrl is mounted.
///
/// @param countsMegabytes bandwidth is told in megabytes a second (`mba_MBps`), not in percent
public record ResctrlMount(Path folder, boolean countsMegabytes) {
    private static final String TYPE = "resctrl";
    private static final String MEGABYTES = "mba_MBps";

    /// The first of this host; none: the processor has nothing to share out, or nobody has mounted it.
    public static Optional<ResctrlMount> find() throws IOException {
        return Mounts.read().stream()
                .filter(mount -> mount.type().equals(TYPE))
                .findFirst()
                .map(mount -> new ResctrlMount(
                        mount.mountPoint(), List.of(mount.options().split(",")).contains(MEGABYTES)));
    }
}
