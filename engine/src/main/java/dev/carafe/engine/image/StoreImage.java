package dev.carafe.engine.image;

import dev.carafe.engine.Failpoint;
import dev.carafe.engine.Phase;
import dev.carafe.engine.Step;
import dev.carafe.engine.Undo;
import dev.carafe.engine.decrypt.LayerKeys;
import dev.carafe.engine.image.ImageTrust.Evidence;
import dev.carafe.oci.Descriptor;
import dev.carafe.oci.Digest;
import dev.carafe.storage.BadLayerException;
import dev.carafe.storage.ImageIndex;
import dev.carafe.storage.Layers;
import dev.carafe.storage.StoredImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/// Puts an image whose documents are known into the store: all layers that are missing side by side, and at last the
/// image's record. Until then nobody sees the image; what a crash leaves of it is collected at the next start.
/// Safe for all threads.
public final class StoreImage {
    /// Layers of all images that are fetched and unpacked at once: each costs buffers and a decoder.
    private static final int LAYERS_AT_ONCE = 4;

    private final Layers layers;
    private final Lacking lacking;
    private final ImageIndex index;
    private final KeptSignatures kept;
    private final LayerKeys keys;
    private final Failpoint failpoint;
    private final FetchSlots slots = new FetchSlots(LAYERS_AT_ONCE);

    /// Which layers of a chain have to be brought.
    @FunctionalInterface
    public interface Lacking {
        Set<Digest> of(List<Digest> diffIds);
    }

    /// @param lacking by what the store has itself, or together with additional stores
    public StoreImage(
            Layers layers,
            Lacking lacking,
            ImageIndex index,
            KeptSignatures kept,
            LayerKeys keys,
            Failpoint failpoint) {
        this.layers = layers;
        this.lacking = lacking;
        this.index = index;
        this.kept = kept;
        this.keys = keys;
        this.failpoint = failpoint;
    }

    /// Whence layers come. Reading one to its end checks its size and digest.
    @FunctionalInterface
    interface Blobs {
        InputStream open(Descriptor blob) throws IOException, InterruptedException;
    }

    /// What an image is made of.
    ///
    /// @param blobs the layers as they come, as many as there are diffIDs
    record Content(List<Digest> diffIds, List<Descriptor> blobs, Blobs from) {
        Content {
            diffIds = List.copyOf(diffIds);
            blobs = List.copyOf(blobs);
        }
    }

    /// @param image made when all layers are there
    /// @param evidence to be kept with it
    /// @return its id
    String run(Content content, Supplier<StoredImage> image, Evidence evidence, Progress progress)
            throws IOException, InterruptedException {
        var diffIds = content.diffIds;
        if (diffIds.size() != content.blobs.size()) {
            throw new IOException(
                    "its configuration names " + diffIds.size() + " layers, its manifest " + content.blobs.size());
        }
        var opened = keys.open(content.blobs);
        try (var _ = layers.lease(diffIds)) {
            fetch(content, opened, progress);
            failpoint.at(Step.PULL_IMAGE_LAYERS);
            Phase.run("settle layers", () -> layers.settle(diffIds));
            failpoint.at(Step.PULL_IMAGE_SETTLED);
            return Phase.of("commit image", () -> put(image.get(), evidence));
        }
    }

    private String put(StoredImage image, Evidence evidence) throws IOException {
        try (var undo = new Undo("store image " + image.id())) {
            if (index.find(image.id()).isEmpty()) {
                undo.push("forget its signatures", () -> kept.remove(image.id()));
            }
            if (!evidence.isEmpty()) {
                kept.put(image.id(), evidence);
            }
            failpoint.at(Step.PULL_IMAGE_SIGNATURES);
            index.put(image);
            undo.commit();
            return ImageViews.id(image);
        }
    }

    /// What the kubelet can hope to get back by removing the image: what it takes on disk, were it alone.
    ///
    /// @param documents bytes of its manifest and configuration
    long sizeBytes(List<Digest> diffIds, int documents) {
        return Math.min(layers.usage(diffIds).sizeBytes(), Long.MAX_VALUE - documents) + documents;
    }

    private record Layer(Descriptor blob, Digest diffId) {}

    private List<Layer> missing(List<Descriptor> blobs, List<Digest> diffIds) {
        var wanted = lacking.of(diffIds);
        var missing = new ArrayList<Layer>();
        for (var i = 0; i < blobs.size(); i++) {
            var layer = new Layer(blobs.get(i), diffIds.get(i));
            if (wanted.contains(layer.diffId) && missing.stream().noneMatch(l -> l.diffId.equals(layer.diffId))) {
                missing.add(layer);
            }
        }
        return missing;
    }

    private void fetch(Content content, LayerKeys.Opened opened, Progress progress)
            throws IOException, InterruptedException {
        var missing = missing(content.blobs, content.diffIds);
        progress.expect(content.blobs, missing.stream().map(Layer::blob).toList());
        var fetches = new ArrayList<Future<?>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var layer : missing) {
                fetches.add(threads.submit(() -> {
                    Phase.run("layer", () -> fetch(content.from, layer, opened, progress));
                    return null;
                }));
            }
            awaitAll(fetches);
        }
    }

    private void fetch(Blobs from, Layer layer, LayerKeys.Opened opened, Progress progress)
            throws IOException, InterruptedException {
        Phase.note("layer", layer.blob.digest().toString());
        try {
            layers.unpack(
                    layer.diffId,
                    layer.blob.mediaType(),
                    () -> opened.decrypt(
                            layer.blob,
                            progress.counted(Phase.of("open blob", () -> slots.open(() -> from.open(layer.blob))))));
            progress.finishedLayer();
        } catch (BadLayerException e) {
            throw new BadLayerException("blob " + layer.blob.digest() + ": " + e.getMessage(), e);
        }
    }

    /// The first failure ends the others too.
    private static void awaitAll(List<Future<?>> fetches) throws IOException, InterruptedException {
        try {
            for (var fetch : fetches) {
                await(fetch);
            }
        } finally {
            fetches.forEach(f -> f.cancel(true));
        }
    }

    private static void await(Future<?> fetch) throws IOException, InterruptedException {
        try {
            fetch.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case InterruptedException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case null, default -> throw new AssertionError(e);
            }
        }
    }
}
