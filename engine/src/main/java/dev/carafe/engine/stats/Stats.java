package dev.carafe.engine.stats;

import dev.carafe.cri.v1.ContainerStats;
import dev.carafe.cri.v1.ContainerStatsFilter;
import dev.carafe.cri.v1.LinuxPodSandboxStats;
import dev.carafe.cri.v1.PodSandboxStats;
import dev.carafe.cri.v1.PodSandboxStatsFilter;
import dev.carafe.engine.NotFound;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.Stores;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What containers and pods use. A container costs a few small files of the kernel's; no process is started, and
/// what containers have written is counted beside the calls. Ids may be shortened to an unambiguous beginning.
/// Safe for all threads.
public final class Stats {
    private final Stores stores;
    private final GroupPaths paths;
    private final Samples samples;
    private final WritableLayers layers;
    private final Options options;
    private final Clock clock;

    Stats(Stores stores, GroupPaths paths, Samples samples, WritableLayers layers, Options options, Clock clock) {
        this.stores = stores;
        this.paths = paths;
        this.samples = samples;
        this.layers = layers;
        this.options = options;
        this.clock = clock;
    }

    /// @param writtenAt the folder of the file system that containers write to, as ImageFsInfo names it
    /// @param inBackground samples are taken from time to time, and calls get the latest
    record Options(Path writtenAt, boolean inBackground) {}

    public ContainerStats container(String id) throws IOException, InterruptedException {
        var container = stores.containers()
                .find(id)
                .filter(ContainerRecord::isVisible)
                .orElseThrow(() -> new NotFound("no container with id " + id));
        layers.refresh(List.of(container.id().value()));
        return stats(container, pod(container).orElseThrow(() -> new NotFound("no container with id " + id)));
    }

    /// Of those that have not ended; what has ended uses nothing any more.
    public List<ContainerStats> containers(ContainerStatsFilter filter) throws IOException, InterruptedException {
        return stats(
                living().filter(c -> c.isMeant(filter.getId(), filter.getPodSandboxId(), filter.getLabelSelectorMap()))
                        .toList());
    }

    private Stream<ContainerRecord> living() {
        return stores.containers().all().stream().filter(c -> c.isVisible() && !c.hasExited());
    }

    private List<ContainerStats> stats(List<ContainerRecord> containers) throws IOException, InterruptedException {
        layers.refresh(containers.stream().map(c -> c.id().value()).toList());
        var all = new ArrayList<ContainerStats>(containers.size());
        for (var container : containers) {
            var pod = pod(container);
            if (pod.isPresent()) { // or both have just been removed
                all.add(stats(container, pod.get()));
            }
        }
        return all;
    }

    private Optional<PodRecord> pod(ContainerRecord container) {
        return stores.pods().get(container.pod().value());
    }

    private ContainerStats stats(ContainerRecord container, PodRecord pod) throws IOException {
        var sample = sample(container.id().value(), paths.of(pod, container.id()));
        var stats = ContainerStats.newBuilder()
                .setAttributes(StatsViews.attributes(container))
                .setCpu(StatsViews.cpu(sample))
                .setMemory(StatsViews.memory(sample))
                .setSwap(StatsViews.swap(sample))
                .setIo(StatsViews.io(sample));
        layers.of(container.id().value())
                .ifPresent(written -> stats.setWritableLayer(StatsViews.written(written, options.writtenAt)));
        return stats.build();
    }

    private Sample sample(String id, String group) throws IOException {
        return options.inBackground ? samples.latest(id, group) : samples.take(id, group);
    }

    public PodSandboxStats pod(String id) throws IOException, InterruptedException {
        var pod = stores.pods()
                .find(id)
                .filter(PodRecord::isVisible)
                .orElseThrow(() -> new NotFound("no pod with id " + id));
        return pods(List.of(pod)).getFirst();
    }

    /// Of those that are ready.
    public List<PodSandboxStats> pods(PodSandboxStatsFilter filter) throws IOException, InterruptedException {
        return pods(stores.pods().all().stream()
                .filter(PodRecord::isReady)
                .filter(p -> p.isMeant(filter.getId(), filter.getLabelSelectorMap()))
                .toList());
    }

    private List<PodSandboxStats> pods(List<PodRecord> pods) throws IOException, InterruptedException {
        var networks = PodNetworks.count(pods);
        var at = clock.instant();
        var containers = living().collect(Collectors.groupingBy(ContainerRecord::pod));
        layers.refresh(pods.stream()
                .flatMap(pod -> containers.getOrDefault(pod.id(), List.of()).stream())
                .map(container -> container.id().value())
                .toList());
        var all = new ArrayList<PodSandboxStats>(pods.size());
        for (var pod : pods) {
            var linux = linux(pod, containers.getOrDefault(pod.id(), List.of()));
            Optional.ofNullable(networks.get(pod.id()))
                    .ifPresent(counters -> linux.setNetwork(StatsViews.network(at, counters)));
            all.add(PodSandboxStats.newBuilder()
                    .setAttributes(StatsViews.attributes(pod))
                    .setLinux(linux)
                    .build());
        }
        return all;
    }

    private LinuxPodSandboxStats.Builder linux(PodRecord pod, List<ContainerRecord> containers) throws IOException {
        var linux = LinuxPodSandboxStats.newBuilder();
        for (var container : containers) {
            linux.addContainers(stats(container, pod));
        }
        // Without a group of the pod's own there is no number that is the pod's.
        if (GroupPaths.isOwn(pod)) {
            var sample = sample(pod.id().value(), paths.of(pod));
            linux.setCpu(StatsViews.cpu(sample))
                    .setMemory(StatsViews.memory(sample))
                    .setProcess(StatsViews.processes(sample))
                    .setIo(StatsViews.io(sample));
        }
        return linux;
    }

    /// Samples all that lives and forgets the rest.
    void sweep() throws IOException {
        var ids = new HashSet<String>();
        var containers = living().toList();
        var pods = stores.pods().all().stream().filter(PodRecord::isReady).toList();
        containers.forEach(container -> ids.add(container.id().value()));
        pods.forEach(pod -> ids.add(pod.id().value()));
        samples.retain(ids);
        layers.retain(ids);
        if (options.inBackground) {
            for (var container : containers) {
                var pod = pod(container);
                if (pod.isPresent()) {
                    samples.take(container.id().value(), paths.of(pod.get(), container.id()));
                }
            }
            for (var pod : pods) {
                if (GroupPaths.isOwn(pod)) {
                    samples.take(pod.id().value(), paths.of(pod));
                }
            }
        }
    }
}
