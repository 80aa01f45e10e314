package dev.carafe.engine.container;

import dev.carafe.engine.performance.CpuTuning;
import dev.carafe.engine.performance.CpuWishes;
import dev.carafe.engine.performance.CpusetGroups;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.Stores;
import dev.carafe.engine.stats.GroupPaths;
import dev.carafe.linux.Cgroups;
import java.io.IOException;

/// What the start and the end of a container with processors of its own change on the node. One verb at a time for a
/// container.
public final class ContainerTuning {
    private final Stores stores;
    private final ContainerSpecs specs;
    private final CpuTuning tuning;
    private final Cgroups cgroups;
    private final GroupPaths paths;

    public ContainerTuning(Stores stores, ContainerSpecs specs, CpuTuning tuning, Cgroups cgroups, GroupPaths paths) {
        this.stores = stores;
        this.specs = specs;
        this.tuning = tuning;
        this.cgroups = cgroups;
        this.paths = paths;
    }

    /// Before its first process runs. When it fails, or the start does, [#end] takes it back.
    void begin(ContainerRecord container) throws IOException, InterruptedException {
        var pod = pod(container);
        var wishes = wishes(pod, container);
        tuning.begin(container.id(), wishes, groups(pod, container.id()));
        liftQuota(pod, container, wishes);
    }

    private CpusetGroups groups(PodRecord pod, ContainerId id) {
        return new CpusetGroups(cgroups.cpusets(paths.of(pod, id)), cgroups.areCpusetsUnified());
    }

    /// Also after its limits were changed: the runtime has set them all.
    void liftQuota(ContainerRecord container) throws IOException {
        var pod = pod(container);
        liftQuota(pod, container, wishes(pod, container));
    }

    /// The pod's group goes with the pod.
    private void liftQuota(PodRecord pod, ContainerRecord container, CpuWishes wishes) throws IOException {
        if (wishes.withoutQuota()) {
            if (GroupPaths.isOwn(pod)) {
                cgroups.unlimitCpu(paths.of(pod));
            }
            cgroups.unlimitCpu(paths.of(pod, container.id()));
        }
    }

    private PodRecord pod(ContainerRecord container) {
        return stores.pods().require(container.pod().value());
    }

    private CpuWishes wishes(PodRecord pod, ContainerRecord container) {
        return specs.wishes(pod, container.config(), container.making().resources());
    }

    /// Once nothing of it runs. Idempotent.
    void end(ContainerId id) throws InterruptedException {
        tuning.end(id);
        if (specs.isAllowedAnywhere(CpuWishes.BALANCING)) {
            stores.containers()
                    .get(id.value())
                    .flatMap(container -> stores.pods().get(container.pod().value()))
                    .ifPresent(pod -> tuning.leaveOut(groups(pod, id)));
        }
    }
}
