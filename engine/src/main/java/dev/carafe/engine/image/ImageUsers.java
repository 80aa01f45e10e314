package dev.carafe.engine.image;

import dev.carafe.engine.state.Locks;
import dev.carafe.engine.state.PodState;
import dev.carafe.engine.state.Stores;
import dev.carafe.oci.Digest;
import dev.carafe.storage.StoredImage;
import java.util.Optional;

/// Who stands on an image, as container, as volume of one, or as a pod's own process; and the lock under which that
/// is true.
final class ImageUsers {
    private final Stores stores;
    private final Locks<Digest> locks = new Locks<>();

    ImageUsers(Stores stores) {
        this.stores = stores;
    }

    Locks.Held hold(StoredImage image) throws InterruptedException {
        return locks.hold(image.id());
    }

    Locks.Held share(StoredImage image) throws InterruptedException {
        return locks.share(image.id());
    }

    /// One of them, in words.
    Optional<String> of(StoredImage image) {
        var id = ImageViews.id(image);
        return containers(id).or(() -> pods(id));
    }

    private Optional<String> containers(String imageId) {
        return stores.containers().all().stream()
                .filter(container -> container.making().uses(imageId))
                .map(container -> "container " + container.id())
                .findAny();
    }

    /// A stopped one's process is gone.
    private Optional<String> pods(String imageId) {
        return stores.pods().all().stream()
                .filter(pod -> !(pod.state() instanceof PodState.Stopped))
                .filter(pod -> pod.place().process().imageId().equals(imageId))
                .map(pod -> "pod " + pod.id())
                .findAny();
    }
}
