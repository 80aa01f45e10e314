package dev.carafe.engine.container;

import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.Stores;
import dev.carafe.linux.Cgroups;
import dev.carafe.runtime.CgroupManager;
import java.io.IOException;

/// The cgroup of a container's monitor, beside the container's own in the pod's, so that the daemon's cgroup can
/// go without it. Named as CRI-O names it. With the systemd manager the monitor stays in the daemon's unit, which
/// must not kill it (KillMode=process).
public final class ContainerCgroups {
    private final Cgroups cgroups;
    private final CgroupManager manager;
    private final Stores stores;

    public ContainerCgroups(Cgroups cgroups, CgroupManager manager, Stores stores) {
        this.cgroups = cgroups;
        this.manager = manager;
        this.stores = stores;
    }

    /// Where the monitor goes; empty: it stays where the daemon is.
    String monitor(PodRecord pod, ContainerRecord container) {
        return manager == CgroupManager.SYSTEMD ? "" : path(pod, container.id());
    }

    void remove(ContainerRecord container) throws IOException, InterruptedException {
        var pod = stores.pods().get(container.pod().value());
        if (manager == CgroupManager.CGROUPFS && pod.isPresent()) {
            cgroups.remove(path(pod.get(), container.id()));
        }
    }

    private static String path(PodRecord pod, ContainerId id) {
        return pod.place().cgroup() + "/crio-conmon-" + id;
    }
}
