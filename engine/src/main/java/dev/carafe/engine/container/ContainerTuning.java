package dev.carafe.engine.container;

import dev.carafe.engine.performance.CpuTuning;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerRecord;
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
        var pod = stores.pods().require(container.pod().value());
        tuning.begin(
                container.id(),
                specs.wanted(pod, container.config(), container.making().resources()));
        liftQuota(container);
    }

    /// Also after its limits were changed: the runtime has set them all. The pod's group goes with the pod.
    void liftQuota(ContainerRecord container) throws IOException {
        var pod = stores.pods().require(container.pod().value());
        var wanted = specs.wanted(pod, container.config(), container.making().resources());
        if (wanted.isWithoutQuota()) {
            if (GroupPaths.isOwn(pod)) {
                cgroups.unlimitCpu(paths.of(pod));
            }
            cgroups.unlimitCpu(paths.of(pod, container.id()));
        }
    }

    /// Once nothing of it runs. Idempotent.
    void end(ContainerId id) throws InterruptedException {
        tuning.end(id);
    }
}
