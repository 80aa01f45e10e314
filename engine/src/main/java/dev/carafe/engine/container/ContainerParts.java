package dev.carafe.engine.container;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.engine.Phase;
import dev.carafe.engine.nri.Nri;
import dev.carafe.engine.seccomp.SeccompNotifiers;
import dev.carafe.engine.spec.BuiltSpec;
import dev.carafe.engine.spec.ContainerConfigCheck;
import dev.carafe.engine.spec.SeccompNotifier;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.Folders;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.linux.Directory;
import dev.carafe.oci.RuntimeSpec;
import dev.carafe.runtime.Bundle;
import dev.carafe.runtime.ContainerProcess;
import dev.carafe.runtime.Creation;
import dev.carafe.runtime.ExitWatcher;
import dev.carafe.storage.ContainerLayers;
import dev.carafe.storage.ContainerRoots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/// What a container owns outside of its record: its root, its bundle, its monitor and what the runtime knows of
/// it. Each removal is idempotent. Safe for all threads, one verb at a time for a container.
public final class ContainerParts {
    private final Folders folders;
    private final ContainerRoots roots;
    private final ContainerSpecs specs;
    private final Runtimes runtimes;
    private final ExitWatcher exits;
    private final Kernel kernel;
    private final ContainerLogs logs;

    public ContainerParts(
            Folders folders,
            ContainerRoots roots,
            ContainerSpecs specs,
            Runtimes runtimes,
            ExitWatcher exits,
            Kernel kernel) {
        this.folders = folders;
        this.roots = roots;
        this.specs = specs;
        this.runtimes = runtimes;
        this.exits = exits;
        this.kernel = kernel;
        this.logs = new ContainerLogs(folders);
    }

    /// What a container has of the kernel's beside what the runtime makes, and who else is told of it.
    public record Kernel(ContainerCgroups cgroups, TargetNamespaces targets, SeccompNotifiers notifiers, Nri nri) {}

    ContainerRoots roots() {
        return roots;
    }

    ContainerSpecs.Root prepareRoot(PodRecord pod, ContainerRecord container, ContainerLayers layers)
            throws IOException, InterruptedException {
        var id = container.id().value();
        var label = specs.labels(pod, container.config()).mount();
        return Phase.of(
                "container root",
                () -> new ContainerSpecs.Root(roots.prepare(id, layers, pod.users(), label), roots.ownFolder(id)));
    }

    /// What it mounts gets its label.
    void relabel(BuiltSpec built) throws IOException {
        for (var relabel : built.relabels()) {
            relabel.run();
        }
    }

    ContainerSpecs specs() {
        return specs;
    }

    Nri nri() {
        return kernel.nri;
    }

    TargetNamespaces targets() {
        return kernel.targets;
    }

    /// Before anything is made.
    void check(PodRecord pod, ContainerConfig config) throws InterruptedException {
        specs.check(pod, config);
        if (ContainerConfigCheck.needsRecursiveReadOnly(config)) {
            runtimes.requireRecursiveReadOnly(pod.handler());
        }
    }

    /// Everything, in the order in which one part holds another.
    public void remove(ContainerRecord container) throws IOException, InterruptedException {
        removeFromRuntime(container);
        kernel.targets.unpin(container.id());
        roots.remove(container.id().value());
        removeBundle(container.id());
    }

    /// Of all containers that may have something on this host, with a record or without.
    public Set<String> ids() throws IOException {
        var ids = new TreeSet<>(roots.ids());
        try (var bundles = Directory.open(folders.bundles())) {
            ids.addAll(bundles.names());
        }
        ids.removeIf(id -> !ContainerId.isOne(id));
        return ids;
    }

    /// Everything but its monitor's control group, which goes with the pod's, of a container that has no record; what
    /// of it still runs is ended.
    public void removeLost(ContainerId id) throws IOException, InterruptedException {
        for (var runtime : runtimes.all()) {
            runtime.delete(id.value());
        }
        kernel.notifiers.end(id);
        kernel.targets.unpin(id);
        roots.remove(id.value());
        removeBundle(id);
    }

    void removeFromRuntime(ContainerRecord container) throws IOException, InterruptedException {
        var runtime = runtimes.get(container.making().handler());
        Phase.run("runtime delete", () -> runtime.delete(container.id().value()));
        kernel.notifiers.end(container.id());
        kernel.cgroups.remove(container);
        logs.unlink(container);
    }

    void removeBundle(ContainerId id) throws IOException {
        if (Files.exists(folders.bundles())) {
            try (var bundles = Directory.open(folders.bundles())) {
                bundles.removeTree(id.value());
            }
        }
    }

    void writeBundle(ContainerId id, RuntimeSpec spec) throws IOException {
        Bundle.write(folders.bundle(id), spec);
    }

    /// Where its log goes; empty when the request names none.
    String logPath(PodRecord pod, ContainerConfig config) {
        return logs.path(pod, config);
    }

    /// Begins with what needs no bundle; see [Creation].
    Creation begin(PodRecord pod, ContainerRecord container) throws IOException, InterruptedException {
        if (!container.making().logPath().isEmpty()) {
            logs.prepare(pod, Path.of(container.making().logPath()));
            logs.link(container);
        }
        var config = container.config();
        var process = new ContainerProcess(
                container.id().value(),
                config.getMetadata().getName(),
                folders.bundle(container.id()),
                Path.of(container.making().logPath()),
                config.getTty(),
                config.getStdin(),
                config.getStdinOnce(),
                specs.logSizeMaxBytes(),
                kernel.cgroups.monitor(pod, container));
        return Phase.of(
                "monitor", () -> runtimes.get(container.making().handler()).begin(process));
    }

    /// Lets the runtime create it; its process waits for the start.
    ContainerRecord.Process finish(Creation creation, ContainerRecord container, BuiltSpec built)
            throws IOException, InterruptedException {
        return Phase.of("runtime create", () -> create(creation, container, built));
    }

    private ContainerRecord.Process create(Creation creation, ContainerRecord container, BuiltSpec built)
            throws IOException, InterruptedException {
        runtimes.requireFields(container.making().handler(), built.spec());
        if (SeccompNotifier.isIn(built.spec())) {
            kernel.notifiers.open(container.id());
        }
        var started = creation.finish();
        exits.watch(container.id().value(), started.monitorPid());
        return new ContainerRecord.Process(
                started.pid(), started.monitorPid(), built.stopSignal(), built.user(), built.mounts());
    }
}
