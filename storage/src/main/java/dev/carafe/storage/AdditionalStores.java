package dev.carafe.storage;

import dev.carafe.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The stores that the daemon only reads, as they were when it started. What is wrong with one of them costs that
/// store, or the image that it is about, and is in the log; it keeps no daemon from starting. Any thread.
final class AdditionalStores implements LayerSource {
    private static final System.Logger LOG = System.getLogger(AdditionalStores.class.getName());
    /// Manifests and configurations of all images of all these stores, which stay in memory.
    private static final int MOST_DOCUMENT_BYTES = 16 << 20;
    /// Of one store in the log; the rest is counted.
    private static final int MOST_WARNINGS = 20;

    private final List<AdditionalStore> stores;
    private final Map<Digest, Path> folders = new HashMap<>();

    private AdditionalStores(List<AdditionalStore> stores) {
        this.stores = List.copyOf(stores);
        for (var store : stores) {
            store.images().forEach(image -> folders.putIfAbsent(image.id(), store.root()));
        }
    }

    /// Where images have a folder of their own, those that the root still has from before are among them.
    static AdditionalStores open(StorageConfig config) {
        var budget = new ByteBudget(MOST_DOCUMENT_BYTES);
        var stores = new ArrayList<AdditionalStore>();
        for (var root : config.additionalStores()) {
            if (root.equals(config.root()) || root.equals(config.imageStore())) {
                warn(root, "it is the daemon's own");
            } else {
                read(root, budget).ifPresent(stores::add);
            }
        }
        if (config.isSplit() && ReadCarafeStore.isOne(config.root())) {
            var earlier = read(config.root(), budget);
            earlier.filter(store -> !store.images().isEmpty()).ifPresent(store -> {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "Images from before imagestore was set stay usable, but can not be removed while it is set"
                                + " store={0} images={1}",
                        store.root(),
                        store.images().size());
            });
            earlier.ifPresent(stores::add);
        }
        return new AdditionalStores(stores);
    }

    private static Optional<AdditionalStore> read(Path root, ByteBudget budget) {
        var warnings = new ArrayList<String>();
        try {
            if (!Files.isDirectory(root)) {
                throw new IOException("there is no such folder");
            }
            if (ReadContainersStore.isOne(root)) {
                return Optional.of(new ReadContainersStore(root, budget, warnings).run());
            }
            if (ReadCarafeStore.isOne(root)) {
                return Optional.of(new ReadCarafeStore(root, budget, warnings).run());
            }
            if (isEmpty(root)) {
                return Optional.empty();
            }
            throw new IOException("it holds neither containers-storage's images for overlay nor Carafe's");
        } catch (IOException e) {
            warnings.add("nothing of it is used: " + e.getMessage());
            return Optional.empty();
        } finally {
            warnings.stream().limit(MOST_WARNINGS).forEach(text -> warn(root, text));
            if (warnings.size() > MOST_WARNINGS) {
                warn(root, "and " + (warnings.size() - MOST_WARNINGS) + " more like these");
            }
        }
    }

    private static boolean isEmpty(Path root) throws IOException {
        try (var files = Files.newDirectoryStream(root)) {
            return !files.iterator().hasNext();
        }
    }

    private static void warn(Path root, String why) {
        LOG.log(System.Logger.Level.WARNING, "Additional image store is not wholly used store={0} why={1}", root, why);
    }

    @Override
    public Optional<FoundLayer> find(Digest diffId, Digest chainId) {
        return stores.stream()
                .flatMap(store -> store.layers().find(diffId, chainId).stream())
                .findFirst();
    }

    /// The store that has the image.
    Optional<Path> folder(Digest imageId) {
        return Optional.ofNullable(folders.get(imageId));
    }

    /// What one sees who has these images as well: a tag is the first one's, own images come first, and an image that
    /// is in several stores has the names of all.
    List<StoredImage> with(List<StoredImage> own) {
        var seen = new LinkedHashMap<Digest, StoredImage>();
        var taken = new HashSet<String>();
        for (var image : own) {
            seen.put(image.id(), image);
            taken.addAll(image.repoTags());
        }
        for (var store : stores) {
            for (var image : store.images()) {
                var tags = image.repoTags().stream().filter(taken::add).toList();
                seen.merge(image.id(), image.withNames(tags, image.repoDigests()), AdditionalStores::merged);
            }
        }
        return List.copyOf(seen.values());
    }

    private static StoredImage merged(StoredImage first, StoredImage second) {
        return first.withNames(
                union(first.repoTags(), second.repoTags()), union(first.repoDigests(), second.repoDigests()));
    }

    private static List<String> union(List<String> first, List<String> second) {
        var all = new LinkedHashSet<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }
}
