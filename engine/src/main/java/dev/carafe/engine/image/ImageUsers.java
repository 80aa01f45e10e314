package dev.carafe.engine.image;

import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.Locks;
import dev.carafe.engine.state.Store;
import dev.carafe.oci.Digest;
import dev.carafe.storage.StoredImage;
import java.util.Optional;

/// Which containers were made from an image, and the lock under which that is true.
final class ImageUsers {
    private final Store<ContainerRecord> containers;
    private final Locks<Digest> locks = new Locks<>();

    ImageUsers(Store<ContainerRecord> containers) {
        this.containers = containers;
    }

    Locks.Held hold(StoredImage image) throws InterruptedException {
        return locks.hold(image.id());
    }

    Locks.Held share(StoredImage image) throws InterruptedException {
        return locks.share(image.id());
    }

    Optional<ContainerId> of(StoredImage image) {
        return containers.all().stream()
                .filter(c -> c.making().imageId().equals(ImageViews.id(image)))
                .map(ContainerRecord::id)
                .findAny();
    }
}
