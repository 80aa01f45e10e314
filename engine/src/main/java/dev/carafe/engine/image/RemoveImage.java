package dev.carafe.engine.image;

import dev.carafe.engine.Failpoint;
import dev.carafe.engine.InUse;
import dev.carafe.engine.Step;
import dev.carafe.storage.ImageIndex;
import dev.carafe.storage.StoredImage;
import java.io.IOException;

/// RemoveImage: its record first, from when on it is gone, then its signatures and the layers that nothing else stands
/// on. What a crash leaves of those goes at the next start. An image that a container was made from stays, and so does
/// one of an additional store: with what is here of it removed, it is as it is there.
final class RemoveImage {
    private final ImageIndex index;
    private final UnusedLayers unused;
    private final ImageTrust trust;
    private final ImageUsers users;
    private final Failpoint failpoint;

    RemoveImage(ImageIndex index, UnusedLayers unused, ImageTrust trust, ImageUsers users, Failpoint failpoint) {
        this.index = index;
        this.unused = unused;
        this.trust = trust;
        this.users = users;
        this.failpoint = failpoint;
    }

    /// @param asked the name it was asked for by
    void remove(String asked, StoredImage image) throws IOException, InterruptedException {
        unused.collectAfterFailure(() -> {
            try (var _ = users.hold(image)) {
                forget(asked, image);
            }
            return image;
        });
        unused.collect();
    }

    private void forget(String asked, StoredImage image) throws IOException {
        var user = users.of(image);
        if (user.isPresent()) {
            throw new InUse("image " + asked + " is used by " + user.get() + "; remove that first");
        }
        if (!index.remove(image.id())) {
            refuseAdditional(asked, image);
        }
        failpoint.at(Step.REMOVE_IMAGE_UNRECORDED);
        trust.forget(image);
    }

    /// To say that it is gone would have the kubelet count on its space.
    private void refuseAdditional(String asked, StoredImage image) {
        index.additionalStore(image.id()).ifPresent(store -> {
            throw new InUse("image " + asked + " is in the additional store " + store
                    + ", of which nothing can be removed here");
        });
    }
}
