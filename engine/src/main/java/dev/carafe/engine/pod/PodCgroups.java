package dev.carafe.engine.pod;

import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.engine.spec.PodConfigCheck;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.linux.Cgroups;
import dev.carafe.runtime.CgroupManager;
import java.io.IOException;

/// The cgroup that a pod's containers are made in: the kubelet's, or one of our own where the request names none that
/// exists.
public final class PodCgroups {
    private final Cgroups cgroups;
    private final CgroupManager manager;

    public PodCgroups(Cgroups cgroups, CgroupManager manager) {
        this.cgroups = cgroups;
        this.manager = manager;
    }

    /// The cgroup's path, in the form that the manager needs.
    String parent(PodSandboxConfig config) {
        var parent = config.getLinux().getCgroupParent();
        if (parent.isEmpty()) {
            return manager == CgroupManager.SYSTEMD ? "system.slice" : "/crio";
        }
        PodConfigCheck.refuseCgroupParent(parent, manager);
        return parent;
    }

    /// Whether the cgroup is not there yet, so that the pod that makes it owns it.
    boolean isMissing(String path) throws IOException {
        return manager == CgroupManager.CGROUPFS && !cgroups.exists(path);
    }

    void make(PodRecord pod) throws IOException {
        if (manager == CgroupManager.CGROUPFS) {
            cgroups.create(pod.place().cgroup());
        }
    }

    /// Only what this pod made; it may have become another pod's by now, and then it stays.
    public void remove(PodRecord pod) throws IOException {
        if (pod.place().ownsCgroup() && cgroups.processes(pod.place().cgroup()).isEmpty()) {
            cgroups.remove(pod.place().cgroup());
        }
    }
}
