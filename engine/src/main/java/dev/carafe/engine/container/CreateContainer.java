package dev.carafe.engine.container;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.engine.Failpoint;
import dev.carafe.engine.NotFound;
import dev.carafe.engine.Phase;
import dev.carafe.engine.Step;
import dev.carafe.engine.Undo;
import dev.carafe.engine.WrongState;
import dev.carafe.engine.image.ImageViews;
import dev.carafe.engine.image.Images;
import dev.carafe.engine.nri.Nri;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerKey;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.ContainerRecord.Making;
import dev.carafe.engine.state.ContainerState;
import dev.carafe.engine.state.Locks;
import dev.carafe.engine.state.PodId;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.Stores;
import dev.carafe.storage.ContainerLayers;
import dev.carafe.storage.StoredImage;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// CreateContainer: its record; its monitor, which starts while its root, the images in it and its bundle are made; and
/// the runtime's create. The pod is shared meanwhile, so it can't be stopped under it.
public final class CreateContainer {
    private final Stores stores;
    private final Locks<PodId> podLocks;
    private final Images images;
    private final ContainerParts parts;
    private final ImageMounts imageMounts;
    private final SeccompProfiles profiles;
    private final MappedMounts mappedMounts;
    private final Nri nri;
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
        this.imageMounts = new ImageMounts(parts.roots(), parts.specs());
        this.profiles = new SeccompProfiles(images, parts.specs());
        this.mappedMounts = new MappedMounts(parts.roots());
        this.nri = parts.nri();
        this.failpoint = failpoint;
        this.clock = clock;
    }

    ContainerId create(PodId podId, ContainerConfig config) throws IOException, InterruptedException {
        var profile = seccompProfile(podId, config);
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
            return make(pod, config, profile);
        }
    }

    /// Of a container that is still to be made.
    private SeccompProfiles.Fetched seccompProfile(PodId podId, ContainerConfig config)
            throws IOException, InterruptedException {
        var pod = stores.pods().require(podId.value());
        var isMade = stores.containerWith(ContainerKey.of(podId, config))
                .filter(found -> !(found.state() instanceof ContainerState.Creating))
                .isPresent();
        return pod.isReady() && !isMade ? profiles.fetch(pod, config) : SeccompProfiles.Fetched.NONE;
    }

    /// The same request after its first answer was lost finds its container.
    private static ContainerId again(ContainerRecord found, ContainerConfig config) {
        if (found.state() instanceof ContainerState.Created && found.config().equals(config)) {
            return found.id();
        }
        throw new WrongState("container " + found.key() + " exists already as " + found.id() + " and is "
                + found.state().name() + "; remove it or raise the attempt");
    }

    private ContainerId make(PodRecord pod, ContainerConfig config, SeccompProfiles.Fetched profile)
            throws IOException, InterruptedException {
        parts.check(pod, config);
        var id = ContainerId.random();
        try (var undo = new Undo("create container " + config.getMetadata().getName())) {
            undo.last("forget it", () -> stores.containers().forget(id.value()));
            Phase.note("container", id.value());
            var images = Phase.of("container record", () -> begin(id, pod, config));
            var container = stores.containers().require(id.value());
            failpoint.at(Step.CREATE_CONTAINER_RECORDED);

            var seccomp = profile.of(images.root());

            undo.push("remove what was made of it", () -> parts.remove(container));
            var creation = parts.begin(pod, container);
            undo.push("end its monitor", creation::giveUp);
            failpoint.at(Step.CREATE_CONTAINER_BEGUN);

            var root = parts.prepareRoot(pod, container, images.layers());
            failpoint.at(Step.CREATE_CONTAINER_ROOT);

            var mounts = Phase.of("image volumes", () -> imageMounts.make(pod, container, images.volumes()));
            failpoint.at(Step.CREATE_CONTAINER_VOLUMES);

            var target = parts.targets().pin(pod, id, config);
            if (!target.isEmpty()) {
                failpoint.at(Step.CREATE_CONTAINER_TARGET);
            }

            var surroundings =
                    new ContainerSpecs.Surroundings(ImageViews.config(images.root()), root, mounts, target, seccomp);
            var plain = Phase.of("runtime specification", () -> parts.specs().build(pod, container, surroundings));
            undo.push("tell NRI plugins", () -> nri.uncreated(pod, container, plain.spec()));
            var made = parts.specs().adjust(nri, pod, container, plain);
            var built = made.built();
            Phase.run("relabel", () -> parts.relabel(built));
            Phase.run("bundle", () -> parts.writeBundle(id, mappedMounts.make(pod, id, built.spec())));
            failpoint.at(Step.CREATE_CONTAINER_BUNDLE);

            var process = parts.finish(creation, container, built);
            failpoint.at(Step.CREATE_CONTAINER_MONITOR);

            if (!target.isEmpty()) {
                parts.targets().unpin(id); // it is in it by now
            }
            stores.containers()
                    .update(
                            id.value(),
                            c -> c.with(
                                    c.making().with(process).with(made.resources()),
                                    c.hasExited() ? c.state() : new ContainerState.Created()));
            failpoint.at(Step.CREATE_CONTAINER_CREATED);
            undo.commit();
            nri.created(id);
            return id;
        }
    }

    /// The images are lent until the record names them: from then on they count as used.
    private UsedImages begin(ContainerId id, PodRecord pod, ContainerConfig config)
            throws IOException, InterruptedException {
        var loans = new ArrayList<Images.Loan>();
        try {
            loans.add(lend(pod, config.getImage())
                    .orElseThrow(() -> new NotFound(
                            "image " + config.getImage().getImage() + " is not on this node; pull it first")));
            for (var volume : ImageMounts.asked(config)) {
                loans.add(lend(pod, volume)
                        .orElseThrow(() -> new IOException(
                                ImageMounts.FAILED + "image " + volume.getImage() + " is not on this node")));
            }
            var images = UsedImages.of(loans);
            stores.containers()
                    .begin(
                            id.value(),
                            new ContainerRecord(
                                    id,
                                    pod.id(),
                                    config,
                                    clock.instant(),
                                    making(pod, config, images),
                                    new ContainerState.Creating()));
            return images;
        } finally {
            loans.forEach(Images.Loan::close);
        }
    }

    /// Closed when the namespace's policy refuses the image.
    private Optional<Images.Loan> lend(PodRecord pod, ImageSpec spec) throws IOException, InterruptedException {
        var loan = images.lend(spec.getImage());
        try {
            if (loan.isPresent()) {
                images.checkUse(
                        pod.config().getMetadata().getNamespace(),
                        spec,
                        loan.get().image());
            }
            return loan;
        } catch (IOException | RuntimeException e) {
            loan.ifPresent(Images.Loan::close);
            throw e;
        }
    }

    private Making making(PodRecord pod, ContainerConfig config, UsedImages images) {
        return new Making(
                pod.handler(),
                ImageViews.id(images.root),
                ImageViews.reference(images.root),
                images.volumes.stream().map(ImageViews::id).toList(),
                parts.logPath(pod, config),
                config.getLinux().getResources(),
                "",
                ContainerRecord.Process.NONE);
    }

    /// @param volumes in the order of the mounts
    private record UsedImages(StoredImage root, List<StoredImage> volumes) {
        static UsedImages of(List<Images.Loan> loans) {
            var images = loans.stream().map(Images.Loan::image).toList();
            return new UsedImages(images.getFirst(), images.subList(1, images.size()));
        }

        ContainerLayers layers() {
            return new ContainerLayers(
                    root.diffIds(), volumes.stream().map(StoredImage::diffIds).toList());
        }
    }
}
