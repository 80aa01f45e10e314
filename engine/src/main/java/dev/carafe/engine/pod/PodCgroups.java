package dev.carafe.engine.pod;

import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.engine.spec.PodConfigCheck;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.PodState;
import dev.carafe.engine.state.Store;
import dev.carafe.linux.Cgroups;
import dev.carafe.runtime.CgroupManager;
import java.io.IOException;
import java.nio.file.Path;

/// The control group that a pod's containers are made in: the kubelet's, or one of our own where the request
/// names none that exists. With the systemd manager a slice, which systemd makes and removes.
public final class PodCgroups {
    private final Cgroups cgroups;
    private final CgroupManager manager;
    private final Store<PodRecord> pods;

    public PodCgroups(Cgroups cgroups, CgroupManager manager, Store<PodRecord> pods) {
        this.cgroups = cgroups;
        this.manager = manager;
        this.pods = pods;
    }

    /// The group's path, in the form that the manager needs.
    String parent(PodSandboxConfig config) {
        var parent = config.getLinux().getCgroupParent();
        if (parent.isEmpty()) {
            return manager == CgroupManager.SYSTEMD ? "system.slice" : "/crio";
        }
        PodConfigCheck.refuseCgroupParent(parent, manager);
        return parent;
    }

    /// What a pod in this group will have to remove: the topmost missing group of the path, or what another pod
    /// made of it; empty when that is nothing.
    String toBeMade(String path) {
        if (manager == CgroupManager.SYSTEMD) {
            return "";
        }
        var group = Path.of("/", path).normalize();
        for (var depth = 1; depth <= group.getNameCount(); depth++) {
            var above = "/" + group.subpath(0, depth);
            if (!cgroups.exists(above)) {
                return above;
            }
        }
        return pods.all().stream()
                .map(pod -> pod.place().madeCgroup())
                .filter(made -> !made.isEmpty() && group.startsWith(made))
                .findAny()
                .orElse("");
    }

    void make(PodRecord pod) throws IOException {
        if (manager == CgroupManager.CGROUPFS) {
            cgroups.create(pod.place().cgroup());
        }
    }

    /// Only what pods made, and only with the last of them. A pod that starts in it meanwhile makes it again.
    public void remove(PodRecord pod) throws IOException, InterruptedException {
        var made = pod.place().madeCgroup();
        if (!made.isEmpty() && !isUsedByOthers(pod) && cgroups.processes(made).isEmpty()) {
            cgroups.remove(made);
        }
    }

    private boolean isUsedByOthers(PodRecord pod) {
        return pods.all().stream()
                .filter(other -> !other.id().equals(pod.id()) && !(other.state() instanceof PodState.Stopped))
                .anyMatch(other -> other.place().madeCgroup().equals(pod.place().madeCgroup()));
    }
}
