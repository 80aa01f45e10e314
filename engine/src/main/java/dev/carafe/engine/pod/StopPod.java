package dev.carafe.engine.pod;

import dev.carafe.engine.Failpoint;
import dev.carafe.engine.Phase;
import dev.carafe.engine.Step;
import dev.carafe.engine.container.StopContainer;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.PodState;
import dev.carafe.engine.state.Stores;
import java.io.IOException;
import java.time.Duration;

/// StopPodSandbox: ends its containers at once, as the contract wants it ("forcibly"), then frees its network,
/// its own process, namespaces and memory. Idempotent at each step. For one caller at a time for each pod.
public final class StopPod {
    private final Stores stores;
    private final PodParts parts;
    private final StopContainer stopContainer;
    private final Failpoint failpoint;

    public StopPod(Stores stores, PodParts parts, StopContainer stopContainer, Failpoint failpoint) {
        this.stores = stores;
        this.parts = parts;
        this.stopContainer = stopContainer;
        this.failpoint = failpoint;
    }

    public void stop(PodRecord pod) throws IOException, InterruptedException {
        if (pod.state() instanceof PodState.Stopped) {
            return;
        }
        for (var container : stores.containersOf(pod.id())) {
            Phase.run("stop container", () -> stopContainer.stop(container.id(), Duration.ZERO));
        }
        failpoint.at(Step.STOP_POD_CONTAINERS);
        parts.nri().podStopped(pod);
        release(pod);
        stores.pods().note(pod.id().value(), p -> p.with(new PodState.Stopped()));
    }

    private void release(PodRecord pod) throws IOException, InterruptedException {
        Phase.run("network DEL", () -> parts.network().detach(pod));
        failpoint.at(Step.STOP_POD_NETWORK);
        parts.processes().remove(pod);
        failpoint.at(Step.STOP_POD_PROCESS);
        parts.namespaces().remove(pod);
        failpoint.at(Step.STOP_POD_NAMESPACES);
        parts.files().unmount(pod.id());
    }
}
