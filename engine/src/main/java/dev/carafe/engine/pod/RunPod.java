package dev.carafe.engine.pod;

import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.engine.Failpoint;
import dev.carafe.engine.Phase;
import dev.carafe.engine.Step;
import dev.carafe.engine.Undo;
import dev.carafe.engine.WrongState;
import dev.carafe.engine.image.ImageViews;
import dev.carafe.engine.spec.HostFacts;
import dev.carafe.engine.spec.PodConfigCheck;
import dev.carafe.engine.state.PodId;
import dev.carafe.engine.state.PodKey;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.PodRecord.OwnProcess;
import dev.carafe.engine.state.PodRecord.PodPlace;
import dev.carafe.engine.state.PodState;
import dev.carafe.engine.state.Stores;
import java.io.IOException;
import java.time.Clock;
import java.util.List;

/// RunPodSandbox: the pod's record, files, cgroup and namespaces, then its network, and a process of its own where it
/// needs one; only then it is seen. A failure takes everything back, name included.
public final class RunPod {
    private final Stores stores;
    private final PodParts parts;
    private final RemovePod removePod;
    private final HostFacts host;
    private final Failpoint failpoint;
    private final Clock clock;

    public RunPod(
            Stores stores, PodParts parts, RemovePod removePod, HostFacts host, Failpoint failpoint, Clock clock) {
        this.stores = stores;
        this.parts = parts;
        this.removePod = removePod;
        this.host = host;
        this.failpoint = failpoint;
        this.clock = clock;
    }

    /// For one caller at a time for each key.
    PodId run(PodSandboxConfig config, String handler) throws IOException, InterruptedException {
        var earlier = stores.podWith(PodKey.of(config));
        if (earlier.isPresent()) {
            var found = earlier.get();
            switch (found.state()) {
                case PodState.Ready _ -> {
                    return found.id();
                }
                case PodState.Stopped() ->
                    throw new WrongState("pod " + found.key() + " ran as " + found.id()
                            + " and is stopped; remove it or raise the attempt");
                // What could not be taken back when it failed.
                case PodState.Starting() -> removePod.remove(found.id());
            }
        }
        return make(config, handler);
    }

    private PodId make(PodSandboxConfig config, String handler) throws IOException, InterruptedException {
        PodConfigCheck.refuseUnsupported(config, host);
        try (var undo = new Undo("run pod " + PodKey.of(config))) {
            var pod = Phase.of("pod record", () -> begin(config, handler, undo));
            Phase.note("pod", pod.id().value());
            failpoint.at(Step.RUN_POD_RECORDED);

            undo.push("remove its files", () -> parts.files().remove(pod.id()));
            Phase.run("pod files", () -> parts.files().make(pod));
            failpoint.at(Step.RUN_POD_FILES);

            undo.push("remove its cgroup", () -> parts.cgroups().remove(pod));
            Phase.run("pod cgroup", () -> parts.cgroups().make(pod));
            failpoint.at(Step.RUN_POD_CGROUP);

            undo.push("unpin its namespaces", () -> parts.namespaces().remove(pod));
            Phase.run("pod namespaces", () -> parts.namespaces().make(pod));
            failpoint.at(Step.RUN_POD_NAMESPACES);

            undo.push("detach it from the network", () -> parts.network().detach(pod));
            var addresses = Phase.of("network ADD", () -> attach(pod));
            failpoint.at(Step.RUN_POD_NETWORK);

            undo.push("end its process", () -> parts.processes().remove(pod));
            var process = pod.place().process().isWanted()
                    ? Phase.of("sandbox process", () -> parts.processes().start(pod))
                    : OwnProcess.NONE;

            undo.push("tell NRI plugins", () -> parts.nri().podUnmade(pod));
            parts.nri().podRuns(pod.ready(addresses, process));
            Phase.run("pod ready", () -> stores.pods().update(pod.id().value(), p -> p.ready(addresses, process)));
            failpoint.at(Step.RUN_POD_READY);
            undo.commit();
            return pod.id();
        }
    }

    private PodRecord begin(PodSandboxConfig config, String handler, Undo undo)
            throws IOException, InterruptedException {
        try (var level = parts.levels().take(config)) {
            var pod = plan(config, handler, level.text());
            if (!PodRecord.sharesProcesses(config) && !parts.processes().areForAll(handler)) {
                return begin(pod, undo);
            }
            try (var loan = parts.processes().lendImage()) {
                return begin(pod.with(new OwnProcess(ImageViews.id(loan.image()), 0, 0)), undo);
            }
        }
    }

    private PodRecord begin(PodRecord pod, Undo undo) throws IOException {
        var id = pod.id().value();
        undo.last("forget it", () -> stores.pods().forget(id));
        stores.pods().begin(id, pod);
        return pod;
    }

    /// All that can be refused is refused here, before anything is made.
    private PodRecord plan(PodSandboxConfig config, String handler, String level) throws IOException {
        var id = PodId.random();
        var cgroup = parts.cgroups().parent(config);
        var pod = new PodRecord(
                id,
                config,
                handler,
                clock.instant(),
                new PodPlace(
                        parts.namespaces().plan(id, config),
                        cgroup,
                        parts.cgroups().toBeMade(cgroup),
                        OwnProcess.NONE,
                        level),
                new PodState.Starting());
        parts.namespaces().sysctls(pod);
        parts.network().require(pod);
        return pod;
    }

    private List<String> attach(PodRecord pod) throws IOException, InterruptedException {
        var addresses = parts.network().attach(pod);
        if (!pod.usesHostNetwork()) {
            parts.files().writeHosts(pod, addresses);
        }
        return addresses;
    }
}
