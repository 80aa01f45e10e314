package dev.carafe.engine.container;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.engine.Failpoint;
import dev.carafe.engine.NotFound;
import dev.carafe.engine.Step;
import dev.carafe.engine.Undo;
import dev.carafe.engine.WrongState;
import dev.carafe.engine.image.ImageViews;
import dev.carafe.engine.image.Images;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerKey;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.ContainerRecord.Making;
import dev.carafe.engine.state.ContainerState;
import dev.carafe.engine.state.Locks;
import dev.carafe.engine.state.PodId;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.Stores;
import dev.carafe.storage.StoredImage;
import java.io.IOException;
import java.time.Clock;

/// CreateContainer: its record, its root, its bundle, and the runtime's create under a monitor. The pod is
/// shared meanwhile, so it can't be stopped under it.
public final class CreateContainer {
    private final Stores stores;
    private final Locks<PodId> podLocks;
    private final Images images;
    private final ContainerParts parts;
    private final Failpoint failpoint;
    private final Clock clock;

    public CreateContainer(
            Stores stores,
            Locks<PodId> podLocks,
            Images images,
            ContainerParts parts,
            Failpoint failpoint,
            Clock clock) {
        this.stores = stores;
        this.podLocks = podLocks;
        this.images = images;
        this.parts = parts;
        this.failpoint = failpoint;
        this.clock = clock;
    }

    ContainerId create(PodId podId, ContainerConfig config) throws IOException, InterruptedException {
        try (var _ = podLocks.share(podId)) {
            var pod = stores.pods().require(podId.value());
            if (!pod.isReady()) {
                throw new WrongState("pod " + podId + " is not ready; a container needs a ready one");
            }
            var earlier = stores.containerWith(ContainerKey.of(podId, config));
            if (earlier.isPresent()) {
                var found = earlier.get();
                if (!(found.state() instanceof ContainerState.Creating)) {
                    return again(found, config);
                }
                parts.remove(found);
                stores.containers().forget(found.id().value());
            }
            return make(pod, config);
        }
    }

    /// The same request after its first answer was lost finds its container.
    private static ContainerId again(ContainerRecord found, ContainerConfig config) {
        if (found.state() instanceof ContainerState.Created && found.config().equals(config)) {
            return found.id();
        }
        throw new WrongState("container " + found.key() + " exists already as " + found.id() + " and is "
                + found.state().name() + "; remove it or raise the attempt");
    }

    private ContainerId make(PodRecord pod, ContainerConfig config) throws IOException, InterruptedException {
        parts.specs().check(pod, config);
        var id = ContainerId.random();
        try (var undo = new Undo("create container " + config.getMetadata().getName())) {
            undo.last("forget it", () -> stores.containers().forget(id.value()));
            var image = begin(id, pod, config);
            var container = stores.containers().require(id.value());
            failpoint.at(Step.CREATE_CONTAINER_RECORDED);

            undo.push("remove its root", () -> parts.roots().remove(id.value()));
            var rootfs = parts.roots().prepare(id.value(), image.diffIds());
            failpoint.at(Step.CREATE_CONTAINER_ROOT);

            undo.push("remove its bundle", () -> parts.removeBundle(id));
            var built = parts.specs().build(pod, container, ImageViews.config(image), rootfs);
            var bundle = parts.writeBundle(id, built.spec());
            failpoint.at(Step.CREATE_CONTAINER_BUNDLE);

            undo.push("delete it from the runtime", () -> parts.removeFromRuntime(container));
            var process = parts.start(pod, container, bundle, built);
            failpoint.at(Step.CREATE_CONTAINER_MONITOR);

            stores.containers()
                    .update(
                            id.value(),
                            c -> c.with(
                                    c.making().with(process),
                                    c.hasExited() ? c.state() : new ContainerState.Created()));
            failpoint.at(Step.CREATE_CONTAINER_CREATED);
            undo.commit();
            return id;
        }
    }

    /// The image is lent until the record names it: from then on it counts as used.
    private StoredImage begin(ContainerId id, PodRecord pod, ContainerConfig config)
            throws IOException, InterruptedException {
        var name = config.getImage().getImage();
        try (var loan = images.lend(name)
                .orElseThrow(() -> new NotFound("image " + name + " is not on this node; pull it first"))) {
            var image = loan.image();
            images.checkUse(pod.config().getMetadata().getNamespace(), config.getImage(), image);
            var making = new Making(
                    pod.handler(),
                    ImageViews.id(image),
                    ImageViews.reference(image),
                    parts.logPath(pod, config),
                    ContainerRecord.Process.NONE);
            stores.containers()
                    .begin(
                            id.value(),
                            new ContainerRecord(
                                    id, pod.id(), config, clock.instant(), making, new ContainerState.Creating()));
            return image;
        }
    }
}
