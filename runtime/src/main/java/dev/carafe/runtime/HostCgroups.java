package dev.carafe.runtime;

import dev.carafe.linux.Cgroups;
import java.io.IOException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The host's control groups, and what is asked of those that containers have. Safe for all threads.
final class HostCgroups {
    private final CgroupManager manager;
    private @Nullable Cgroups cgroups;

    HostCgroups(CgroupManager manager) {
        this.manager = manager;
    }

    /// Read once: how a host mounts them does not change.
    synchronized Cgroups all() throws IOException {
        if (cgroups == null) {
            cgroups = Cgroups.detect();
        }
        return cgroups;
    }

    /// As [OciRuntime#workingSetBytes(String)].
    OptionalLong workingSetBytes(ContainerFiles files) throws IOException {
        var path = ContainerCgroup.path(files, manager);
        return path.isPresent() ? all().workingSetBytes(path.get()) : OptionalLong.empty();
    }

    /// As [OciRuntime#endRemaining(String)].
    void endRemaining(ContainerFiles files) throws IOException, InterruptedException {
        var path = ContainerCgroup.path(files, manager);
        if (path.isPresent()) {
            all().kill(path.get());
        }
    }

    /// Ends what is in the container's group and removes it. Idempotent.
    void remove(ContainerFiles files) throws IOException, InterruptedException {
        var path = ContainerCgroup.path(files, manager);
        if (path.isPresent() && all().exists(path.get())) {
            all().kill(path.get());
            all().remove(path.get());
        }
    }

    /// Whether the kernel has killed a process of the container for its memory. False where it has no group on
    /// this host.
    boolean hasOomKills(ContainerFiles files) throws IOException {
        var path = ContainerCgroup.path(files, manager);
        return path.isPresent()
                && all().exists(path.get())
                && all().detail(path.get()).oomKills().orElse(0) > 0;
    }
}
