package dev.carafe.engine.pod;

import dev.carafe.engine.Failpoint;
import dev.carafe.engine.Step;
import dev.carafe.engine.container.RemoveContainer;
import dev.carafe.engine.state.PodId;
import dev.carafe.engine.state.Stores;
import java.io.IOException;

/// RemovePodSandbox: stops it, removes its containers and what it owns, its record last. Idempotent at each step.
/// For one caller at a time for each pod.
public final class RemovePod {
    private final Stores stores;
    private final PodParts parts;
    private final StopPod stopPod;
    private final RemoveContainer removeContainer;
    private final Failpoint failpoint;

    public RemovePod(
            Stores stores, PodParts parts, StopPod stopPod, RemoveContainer removeContainer, Failpoint failpoint) {
        this.stores = stores;
        this.parts = parts;
        this.stopPod = stopPod;
        this.removeContainer = removeContainer;
        this.failpoint = failpoint;
    }

    public void remove(PodId id) throws IOException, InterruptedException {
        var found = stores.pods().get(id.value());
        if (found.isEmpty()) {
            return;
        }
        var pod = found.get();
        stopPod.stop(pod);
        failpoint.at(Step.REMOVE_POD_STOPPED);
        for (var container : stores.containersOf(id)) {
            removeContainer.remove(container.id());
        }
        failpoint.at(Step.REMOVE_POD_CONTAINERS);
        parts.cgroups().remove(pod);
        failpoint.at(Step.REMOVE_POD_CGROUP);
        parts.files().remove(id);
        failpoint.at(Step.REMOVE_POD_FILES);
        parts.nri().podRemoved(pod);
        stores.pods().forget(id.value());
    }
}
