package dev.carafe.engine.container;

import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.engine.Failpoint;
import dev.carafe.engine.Phase;
import dev.carafe.engine.SandboxSettings;
import dev.carafe.engine.Step;
import dev.carafe.engine.image.ImageViews;
import dev.carafe.engine.image.Images;
import dev.carafe.engine.spec.SandboxProcess;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.ContainerState;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.PodRecord.OwnProcess;
import dev.carafe.linux.NamespaceKind;
import dev.carafe.linux.Namespaces;
import dev.carafe.linux.Pidfd;
import dev.carafe.storage.ContainerLayers;
import dev.carafe.storage.StoredImage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The processes that pods have for themselves: containers of `pause_image` under monitors of their own, with their
/// pod's id, which no list shows. Such a process is the first of the process namespace that the pod's containers
/// share, and reaps what they leave. It outlives the daemon as other containers do. Safe for all threads, one verb at
/// a time for a pod.
public final class SandboxContainers {
    private final ContainerParts parts;
    private final Images images;
    private final Runtimes runtimes;
    private final Failpoint failpoint;
    private volatile SandboxSettings settings;

    public SandboxContainers(
            ContainerParts parts, Images images, Runtimes runtimes, SandboxSettings settings, Failpoint failpoint) {
        this.parts = parts;
        this.images = images;
        this.runtimes = runtimes;
        this.settings = settings;
        this.failpoint = failpoint;
    }

    /// For pods that are run from now on.
    public void use(SandboxSettings changed) {
        settings = changed;
    }

    /// Whether a pod of the handler gets one also when nothing is shared.
    public boolean areForAll(String handler) {
        return settings.always() || parts.specs().hasOwnKernels(handler);
    }

    /// The image, pulled if it is not here. It stays until the loan is closed; by then the pod's record has to name
    /// it.
    public Images.Loan lendImage() throws IOException, InterruptedException {
        var wanted = settings;
        var there = images.lend(wanted.image());
        if (there.isPresent()) {
            return there.get();
        }
        return images.lend(pull(wanted))
                .orElseThrow(() -> new IOException("pause_image " + wanted.image() + " was removed at once"));
    }

    private String pull(SandboxSettings wanted) throws IOException, InterruptedException {
        var spec = ImageSpec.newBuilder().setImage(wanted.image()).build();
        try {
            return images.pullForNode(spec, wanted.authFile());
        } catch (IOException e) {
            throw new IOException(
                    "the pod needs a process of its own, and pause_image can't be had: " + e.getMessage(), e);
        }
    }

    /// Starts it, and pins its process namespace where the pod's record says so.
    public OwnProcess start(PodRecord pod) throws IOException, InterruptedException {
        var imageId = pod.place().process().imageId();
        var image = images.find(imageId).orElseThrow(() -> new IOException("image " + imageId + " is gone"));
        var container = container(pod);
        var id = container.id();
        var process = make(pod, container, image);
        failpoint.at(Step.RUN_POD_PROCESS_CREATED);
        pin(pod, process.pid());
        var runtime = runtimes.get(pod.handler());
        Phase.run(
                "runtime start",
                () -> runtime.start(id.value())); // which fails if the process that was pinned had ended
        failpoint.at(Step.RUN_POD_PROCESS_STARTED);
        return new OwnProcess(imageId, process.pid(), process.monitorPid());
    }

    private ContainerRecord.Process make(PodRecord pod, ContainerRecord container, StoredImage image)
            throws IOException, InterruptedException {
        var creation = parts.begin(pod, container);
        try {
            var root = parts.prepareRoot(pod, container, ContainerLayers.withoutVolumes(image.diffIds()));
            failpoint.at(Step.RUN_POD_PROCESS_ROOT);
            var surroundings = new ContainerSpecs.Surroundings(
                    ImageViews.config(image), root, container.config().getMountsList(), Map.of(), "");
            var built = parts.specs().build(pod, container, surroundings);
            parts.relabel(built);
            parts.writeBundle(container.id(), built.spec());
            return parts.finish(creation, container, built);
        } finally {
            creation.giveUp();
        }
    }

    private ContainerRecord container(PodRecord pod) {
        var now = settings;
        var config = SandboxProcess.config(pod.config(), now.image(), now.command(), now.cpus());
        var making = new ContainerRecord.Making(
                pod.handler(),
                pod.place().process().imageId(),
                now.image(),
                List.of(),
                "",
                config.getLinux().getResources(),
                "",
                ContainerRecord.Process.NONE);
        return new ContainerRecord(
                new ContainerId(pod.id().value()),
                pod.id(),
                config,
                pod.createdAt(),
                making,
                new ContainerState.Creating());
    }

    private static void pin(PodRecord pod, int pid) throws IOException {
        var pin = pod.place().namespaces().get(NamespaceKind.PID);
        if (pin == null) {
            return;
        }
        Files.createDirectories(Objects.requireNonNull(pin.getParent()));
        try (var process = Pidfd.open(pid).orElseThrow(() -> new IOException("process " + pid + " has ended"))) {
            Namespaces.pin(process, NamespaceKind.PID, pin);
        }
    }

    /// Ends it, and with it all that is in its process namespace, and removes all that is of it. Idempotent.
    public void remove(PodRecord pod) throws IOException, InterruptedException {
        if (pod.place().process().isWanted()) {
            parts.remove(container(pod));
        }
    }
}
