package dev.carafe.engine.image;

import dev.carafe.engine.Failpoint;
import dev.carafe.engine.Step;
import dev.carafe.engine.Undo;
import dev.carafe.oci.Descriptor;
import dev.carafe.oci.Digest;
import dev.carafe.oci.ImageConfig;
import dev.carafe.oci.Platform;
import dev.carafe.oci.Reference;
import dev.carafe.registry.Keyring;
import dev.carafe.registry.Registry;
import dev.carafe.storage.BadLayerException;
import dev.carafe.storage.ImageIndex;
import dev.carafe.storage.Layers;
import dev.carafe.storage.StoredImage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// PullImage: the policy's word, the manifest, the signatures that the policy asks for, the configuration, all
/// layers that are missing side by side, and at last the image's record. Until then nobody sees the image; what
/// a crash leaves of it is collected at the next start.
public final class PullImage {
    /// Layers of all pulls that are fetched and unpacked at once: each costs buffers and a decoder.
    private static final int LAYERS_AT_ONCE = 4;

    private final Registry registry;
    private final ImageTrust trust;
    private final Layers layers;
    private final ImageIndex index;
    private final Failpoint failpoint;
    private final Clock clock;
    private final FetchSlots slots = new FetchSlots(LAYERS_AT_ONCE);
    private final Set<Progress> underWay = ConcurrentHashMap.newKeySet();

    public PullImage(
            Registry registry, ImageTrust trust, Layers layers, ImageIndex index, Failpoint failpoint, Clock clock) {
        this.registry = registry;
        this.trust = trust;
        this.layers = layers;
        this.index = index;
        this.failpoint = failpoint;
        this.clock = clock;
    }

    List<PullProgress> progress() {
        return underWay.stream().map(Progress::snapshot).toList();
    }

    /// Pulls the first that can be pulled of what the name may mean.
    ///
    /// @param spelling the name as the request has it
    /// @param meanings at least one, in order
    /// @param policy the file that decides whether the image is allowed
    String pull(String spelling, List<Reference> meanings, Path policy, Keyring credentials)
            throws IOException, InterruptedException {
        var progress = new Progress(spelling);
        underWay.add(progress);
        try {
            return pullFirst(meanings, policy, credentials, progress);
        } catch (IOException e) {
            throw new IOException("pull " + spelling + ": " + e.getMessage(), e);
        } finally {
            underWay.remove(progress);
        }
    }

    private String pullFirst(List<Reference> meanings, Path policy, Keyring credentials, Progress progress)
            throws IOException, InterruptedException {
        var failures = new ArrayList<IOException>();
        for (var reference : meanings) {
            try {
                return pull(reference, policy, credentials, progress);
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                failures.add(e);
            }
        }
        var last = failures.removeLast();
        if (failures.isEmpty()) {
            throw last;
        }
        var texts = Stream.concat(failures.stream(), Stream.of(last)).map(Throwable::getMessage);
        var failure = new IOException(texts.collect(Collectors.joining("; ")), last);
        failures.forEach(failure::addSuppressed);
        throw failure;
    }

    private String pull(Reference reference, Path policy, Keyring credentials, Progress progress)
            throws IOException, InterruptedException {
        var rule = trust.rule(policy, reference);
        var resolved = registry.resolve(reference, Platform.host(), credentials, this::knownManifest);
        failpoint.at(Step.PULL_IMAGE_RESOLVED);
        var evidence = trust.check(rule, resolved, credentials);
        var manifest = resolved.manifest();
        var configBytes = config(reference, manifest.config(), credentials);
        var config = ImageConfig.parse(configBytes);
        var diffIds = config.diffIds();
        if (diffIds.size() != manifest.layers().size()) {
            throw new IOException("its configuration names " + diffIds.size() + " layers, its manifest "
                    + manifest.layers().size());
        }
        failpoint.at(Step.PULL_IMAGE_CONFIG);
        try (var _ = layers.lease(diffIds);
                var undo = new Undo("pull " + reference)) {
            fetch(reference, credentials, missing(manifest.layers(), diffIds), progress);
            failpoint.at(Step.PULL_IMAGE_LAYERS);
            layers.settle(diffIds);
            failpoint.at(Step.PULL_IMAGE_SETTLED);
            var image = image(resolved, configBytes, diffIds);
            if (index.find(image.id()).isEmpty()) {
                undo.push("forget its signatures", () -> trust.forget(image));
            }
            trust.keep(image, evidence);
            failpoint.at(Step.PULL_IMAGE_SIGNATURES);
            index.put(image);
            undo.commit();
            return ImageViews.id(image);
        }
    }

    /// An image that is here need not be fetched to be known.
    private Optional<byte[]> knownManifest(Digest digest) {
        return index.list().stream()
                .filter(image -> image.manifestDigest().equals(digest))
                .findFirst()
                .map(image -> image.manifestJson().getBytes(StandardCharsets.UTF_8));
    }

    private byte[] config(Reference reference, Descriptor config, Keyring credentials)
            throws IOException, InterruptedException {
        var kept = index.find(config.digest())
                .map(image -> image.configJson().getBytes(StandardCharsets.UTF_8))
                .filter(bytes -> bytes.length == config.size()
                        && config.digest().matches(config.digest().newHash().digest(bytes)));
        return kept.isPresent() ? kept.get() : registry.readBlob(reference, config, credentials);
    }

    private List<Layer> missing(List<Descriptor> blobs, List<Digest> diffIds) {
        var missing = new ArrayList<Layer>();
        for (var i = 0; i < blobs.size(); i++) {
            var layer = new Layer(blobs.get(i), diffIds.get(i));
            if (!layers.contains(layer.diffId) && missing.stream().noneMatch(l -> l.diffId.equals(layer.diffId))) {
                missing.add(layer);
            }
        }
        return missing;
    }

    private void fetch(Reference reference, Keyring credentials, List<Layer> missing, Progress progress)
            throws IOException, InterruptedException {
        progress.expect(missing.stream().map(Layer::blob).toList());
        var fetches = new ArrayList<Future<?>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var layer : missing) {
                fetches.add(threads.submit(() -> {
                    fetch(reference, credentials, layer, progress);
                    return null;
                }));
            }
            awaitAll(fetches);
        }
    }

    private void fetch(Reference reference, Keyring credentials, Layer layer, Progress progress)
            throws IOException, InterruptedException {
        try {
            layers.unpack(
                    layer.diffId,
                    layer.blob.mediaType(),
                    () -> progress.counted(slots.open(() -> registry.openBlob(reference, layer.blob, credentials))));
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

    private StoredImage image(Registry.Resolved resolved, byte[] config, List<Digest> diffIds) {
        var reference = resolved.reference();
        var manifest = resolved.manifest();
        return new StoredImage(
                manifest.config().digest(),
                resolved.manifestDigest(),
                new String(resolved.manifestBytes(), StandardCharsets.UTF_8),
                new String(config, StandardCharsets.UTF_8),
                diffIds,
                reference.digest().isEmpty() ? List.of(reference.name() + ":" + reference.tag()) : List.of(),
                List.of(reference.name() + "@" + resolved.digest()),
                sizeBytes(resolved, config, diffIds),
                clock.instant());
    }

    /// What the kubelet can hope to get back by removing the image: what it takes on disk, were it alone.
    private long sizeBytes(Registry.Resolved resolved, byte[] config, List<Digest> diffIds) {
        var documents = resolved.manifestBytes().length + config.length;
        return Math.min(layers.usage(diffIds).sizeBytes(), Long.MAX_VALUE - documents) + documents;
    }

    private record Layer(Descriptor blob, Digest diffId) {}
}
